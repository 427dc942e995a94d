#!/usr/bin/env bash
# AngleSharp.Xml 1.3.0 (file-based programs of the .NET 10 SDK).
#
# XML forbids "]]>" in text, where it is not the end of a CDATA section: its last character has to be written as a reference.
# Guess: a document that was read is written so that it can be read again.
# Seen:  the reference is lost, and neither its own reader nor System.Xml takes what was written:
#          written: <code>a[b[0]]>1</code>
#          read by itself: refused
#          read by System.Xml: refused
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
cat >brackets.cs <<'CS'
#:package AngleSharp.Xml@1.3.0
#:property PublishAot=false
using System.Xml;
using System.Xml.Linq;
using AngleSharp.Xml;
using AngleSharp.Xml.Parser;

var written = new XmlParser().ParseDocument("<code>a[b[0]]&gt;1</code>").ToXml();
Console.WriteLine($"written: {written}");
Show("itself", () => new XmlParser().ParseDocument(written).DocumentElement.TextContent);
Show("System.Xml", () => XDocument.Parse(written).Root!.Value);

static void Show(string reader, Func<string> read)
{
    try
    {
        Console.WriteLine($"read by {reader}: {read()}");
    }
    catch (Exception error) when (error is XmlException or XmlParseException)
    {
        Console.WriteLine($"read by {reader}: refused");
    }
}
CS
seen=$(dotnet run brackets.cs)
echo "$seen"
[ "$seen" = "written: <code>a[b[0]]>1</code>
read by itself: refused
read by System.Xml: refused" ]
