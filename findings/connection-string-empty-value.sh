#!/usr/bin/env bash
# @tediousjs/connection-string 1.1.0, which mssql 12 reads connection strings with.
#
# A keyword with an empty value, as tools write it that fill in a form: `Password=;`. In ADO.NET it resets the keyword.
# Guess: the password is empty or absent, and what follows is read.
# Seen:  the semicolon is taken for the first character of the value, which then runs to the next one: the user is lost.
#          user id: undefined, password: ;User Id=reader
# With the empty value in quotes both are read.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact @tediousjs/connection-string@1.1.0
cat >empty.cjs <<'JS'
const { parse } = require('@tediousjs/connection-string');
const show = (text) => {
  const values = parse(text);
  console.log(`user id: ${values.get('user id')}, password: ${values.get('password')}`);
};
show('Server=db;Password=;User Id=reader');
show("Server=db;Password='';User Id=reader");
JS
seen=$(node empty.cjs)
echo "$seen"
[ "$seen" = $'user id: undefined, password: ;User Id=reader\nuser id: reader, password: ' ]
