#!/usr/bin/env bash
# Parquet.Net 6.1.0 and DuckDB.NET 1.5.6.1 (file-based programs of the .NET 10 SDK).
#
# Guess: what Parquet.Net writes it reads again, and lists that DuckDB writes, with a null among their values or with none at all, too.
# Seen:  its files are right, as DuckDB shows; but its own reader leaves nulls out of lists, so that what stands behind them moves up, and makes
#        an empty list none at all, in silence, whoever wrote the file:
#          written by Parquet.Net, read by DuckDB: [1, NULL, 3] [] NULL
#          written by Parquet.Net, read by itself: [1, 3] null null
#          written by DuckDB, read by Parquet.Net: [1, 3] null null
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
cat >lists.cs <<'CS'
#:package Parquet.Net@6.1.0
#:package DuckDB.NET.Data.Full@1.5.6.1
#:property PublishAot=false
using DuckDB.NET.Data;
using Parquet.Serialization;

static string Show(List<int?>? list) => list == null ? "null" : $"[{string.Join(", ", list.Select(value => value?.ToString() ?? "null"))}]";
static async Task<string> Read(string file)
{
    var row = (await ParquetSerializer.DeserializeAsync<Row>(file)).Data[0];
    return $"{Show(row.A)} {Show(row.B)} {Show(row.C)}";
}

await ParquetSerializer.SerializeAsync(new[] { new Row { A = [1, null, 3], B = [], C = null } }, "own.parquet");
using var database = new DuckDBConnection("DataSource=:memory:");
database.Open();
using var command = database.CreateCommand();
command.CommandText = "select concat_ws(' ', A::text, B::text, coalesce(C::text, 'NULL')) from 'own.parquet'";
Console.WriteLine($"written by Parquet.Net, read by DuckDB: {command.ExecuteScalar()}");
Console.WriteLine($"written by Parquet.Net, read by itself: {await Read("own.parquet")}");
command.CommandText = "copy (select [1, null, 3] as A, []::int[] as B, null::int[] as C) to 'other.parquet'";
command.ExecuteNonQuery();
Console.WriteLine($"written by DuckDB, read by Parquet.Net: {await Read("other.parquet")}");

class Row
{
    public List<int?>? A { get; set; }
    public List<int?>? B { get; set; }
    public List<int?>? C { get; set; }
}
CS
seen=$(dotnet run lists.cs)
echo "$seen"
[ "$seen" = "written by Parquet.Net, read by DuckDB: [1, NULL, 3] [] NULL
written by Parquet.Net, read by itself: [1, 3] null null
written by DuckDB, read by Parquet.Net: [1, 3] null null" ]
