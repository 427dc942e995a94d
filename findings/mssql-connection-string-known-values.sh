#!/usr/bin/env bash
# mssql 12.7.14, how it reads connection strings.
#
# Three keywords with the values that Microsoft's client documents (SqlConnection.ConnectionString): `ApplicationIntent=ReadOnly` for a
# readable secondary, `Authentication=Active Directory Default` for an identity without a password, `Encrypt=Optional` for none.
# Guess: they mean the same here, or are refused.
# Seen:  none does. The intent is known in small letters only, the identity becomes a SQL login without a user, and any word but `no`
#        and `false` encrypts:
#          ApplicationIntent=ReadOnly -> {"readOnlyIntent":false}
#          ApplicationIntent=readonly -> {"readOnlyIntent":true}
#          Authentication=Active Directory Default -> {"authentication_type":"default"}
#          Encrypt=Optional -> {"encrypt":true}
# In a configuration object all of this can be had.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact mssql@12.7.14
cat >values.cjs <<'JS'
const { ConnectionPool } = require('mssql');
const pairs = ['ApplicationIntent=ReadOnly', 'ApplicationIntent=readonly', 'Authentication=Active Directory Default', 'Encrypt=Optional'];
for (const pair of pairs) {
  const { options, pool, server, port, ...others } = ConnectionPool.parseConnectionString(`Server=db;${pair}`);
  console.log(`${pair} -> ${JSON.stringify({ ...options, ...others })}`);
}
JS
seen=$(node values.cjs)
echo "$seen"
[ "$seen" = 'ApplicationIntent=ReadOnly -> {"readOnlyIntent":false}
ApplicationIntent=readonly -> {"readOnlyIntent":true}
Authentication=Active Directory Default -> {"authentication_type":"default"}
Encrypt=Optional -> {"encrypt":true}' ]
