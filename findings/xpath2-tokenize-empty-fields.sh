#!/usr/bin/env bash
# XPath2 1.1.5 (XPath 2.0 for .NET; file-based programs of the .NET 10 SDK).
#
# Guess: tokenize() gives what is between two delimiters, and an empty text where nothing is, as XPath 2.0 says.
# Seen:  empty texts are left out, within and at both ends: of a line with empty fields all that follow move up by one, and the fourth field is
#        none at all:
#          fields of "a,b,,d": 3
#          the third: d
#          fields of ",,": 0
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
cat >fields.cs <<'CS'
#:package XPath2@1.1.5
#:property PublishAot=false
using System.Xml;
using System.Xml.XPath;
using Wmhelp.XPath2;

XPathNavigator at = new XmlDocument().CreateNavigator()!;
Console.WriteLine($"fields of \"a,b,,d\": {at.XPath2Evaluate("count(tokenize('a,b,,d', ','))")}");
Console.WriteLine($"the third: {at.XPath2Evaluate("string(tokenize('a,b,,d', ',')[3])")}");
Console.WriteLine($"fields of \",,\": {at.XPath2Evaluate("count(tokenize(',,', ','))")}");
CS
seen=$(dotnet run fields.cs)
echo "$seen"
[ "$seen" = "fields of \"a,b,,d\": 3
the third: d
fields of \",,\": 0" ]
