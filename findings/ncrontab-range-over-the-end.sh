#!/usr/bin/env bash
# NCrontab 3.4.0 (it reads the timers of Azure Functions) and Cronos 0.13.0 (file-based programs of the .NET 10 SDK).
#
# Ranges that go over the end of their field, as "FRI-MON" for a long weekend or "22-2" for the night.
# Guess: both take them alike, or the one that does not says so.
# Seen:  Cronos goes on at the field's beginning; NCrontab swaps the ends in silence, and runs on just the other days and hours:
#          0 0 * * FRI-MON by Cronos: Fri Sat Sun Mon Fri Sat Sun Mon
#          0 0 * * FRI-MON by NCrontab: Thu Fri Mon Tue Wed Thu Fri Mon
#          0 22-2 * * * by Cronos: 00 01 02 22 23 00 01 02
#          0 22-2 * * * by NCrontab: 02 03 04 05 06 07 08 09
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
cat >ranges.cs <<'CS'
#:package NCrontab@3.4.0
#:package Cronos@0.13.0
#:property PublishAot=false
using System.Globalization;

var before = new DateTime(2025, 12, 31, 23, 59, 59, DateTimeKind.Utc);
foreach (var (schedule, format) in new[] { ("0 0 * * FRI-MON", "ddd"), ("0 22-2 * * *", "HH") })
{
    string Show(IEnumerable<DateTime> times) =>
        string.Join(' ', times.Take(8).Select(time => time.ToString(format, CultureInfo.InvariantCulture)));
    Console.WriteLine($"{schedule} by Cronos: {Show(Cronos.CronExpression.Parse(schedule).GetOccurrences(before, before.AddDays(30)))}");
    Console.WriteLine($"{schedule} by NCrontab: {Show(NCrontab.CrontabSchedule.Parse(schedule).GetNextOccurrences(before, before.AddDays(30)))}");
}
CS
seen=$(dotnet run ranges.cs)
echo "$seen"
[ "$seen" = "0 0 * * FRI-MON by Cronos: Fri Sat Sun Mon Fri Sat Sun Mon
0 0 * * FRI-MON by NCrontab: Thu Fri Mon Tue Wed Thu Fri Mon
0 22-2 * * * by Cronos: 00 01 02 22 23 00 01 02
0 22-2 * * * by NCrontab: 02 03 04 05 06 07 08 09" ]
