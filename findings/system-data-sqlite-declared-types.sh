#!/usr/bin/env bash
# System.Data.SQLite 2.0.4 with SourceGear.sqlite3 3.50.4.5 (file-based programs of the .NET 10 SDK).
#
# SQLite keeps whole numbers of 64 bits whatever word a column is declared with, and exactly so in a NUMERIC one.
# Guess: the driver hands them over as they are, or raises an error where its type for the column is too narrow.
# Seen:  the declared word picks the type, and what does not fit is cut to its low bits, or rounded on the way, in silence:
#          INTEGER holds 5000000000, handed over: 5000000000 (Int64)
#          INT holds 5000000000, handed over: 705032704 (Int32)
#          TINYINT holds 300, handed over: 44 (Byte)
#          NUMERIC holds 9007199254740993, handed over: 9007199254740990 (Decimal)
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
cat >types.cs <<'CS'
#:package System.Data.SQLite@2.0.4
#:package SourceGear.sqlite3@3.50.4.5
#:property PublishAot=false
using System.Data.SQLite;

using var database = new SQLiteConnection("Data Source=:memory:");
database.Open();
foreach (var (type, value) in new[] { ("INTEGER", "5000000000"), ("INT", "5000000000"), ("TINYINT", "300"), ("NUMERIC", "9007199254740993") })
{
    using var command = database.CreateCommand();
    command.CommandText = $"create table \"{type}\"(v {type}); insert into \"{type}\" values ({value}); select v, cast(v as text) from \"{type}\"";
    using var row = command.ExecuteReader();
    row.Read();
    Console.WriteLine($"{type} holds {row.GetString(1)}, handed over: {row.GetValue(0)} ({row.GetValue(0).GetType().Name})");
}
CS
seen=$(dotnet run types.cs)
echo "$seen"
[ "$seen" = "INTEGER holds 5000000000, handed over: 5000000000 (Int64)
INT holds 5000000000, handed over: 705032704 (Int32)
TINYINT holds 300, handed over: 44 (Byte)
NUMERIC holds 9007199254740993, handed over: 9007199254740990 (Decimal)" ]
