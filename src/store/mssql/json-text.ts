/**
 * How text travels inside JSON. SQL Server decodes escapes (`\"`, `\\`, `\n`) in OPENJSON and gives values of any length; a server
 * that does not is asked once what it does, and gets the characters that JSON must escape as others, which the statement puts back.
 */
export interface JsonText {
  readonly decodesEscapes: boolean;
  /** Longest text that OPENJSON gives whole; Infinity where there is no bound. */
  readonly longest: number;
}

export const PLAIN_JSON: JsonText = { decodesEscapes: true, longest: Infinity };

/** Characters that XML text may hold and JSON must escape, each with its stand-in from the private use area. */
const STAND_INS: readonly (readonly [character: string, standIn: string])[] = [
  ['"', '\uF8D0'],
  ['\\', '\uF8D1'],
  ['\t', '\uF8D2'],
  ['\n', '\uF8D3'],
  ['\r', '\uF8D4'],
];
const TO_STAND_IN = new Map(STAND_INS);

/** Text as a JSON value holds it; null if this server cannot be given it. */
export function asJsonText(json: JsonText, text: string): string | null {
  if (text.length > json.longest) return null;
  if (json.decodesEscapes) return text;
  const sent = text.replaceAll(/["\\\t\n\r]/g, (character) => TO_STAND_IN.get(character) ?? character);
  return needsEscapes(sent) || /[\uF8D0-\uF8D4]/.test(text) ? null : sent;
}

function needsEscapes(text: string): boolean {
  return JSON.stringify(text).length > text.length + 2;
}

/** SQL for the text that was put into JSON by `asJsonText`; `expression` is a column of OPENJSON. Needs `declareText` before it. */
export function textOf(json: JsonText, expression: string): string {
  return json.decodesEscapes ? expression : `TRANSLATE(${expression}, @stand_ins, @characters)`;
}

/** The variables that `textOf` uses. */
export function declareText(json: JsonText): string {
  if (json.decodesEscapes) return '';
  const [characters, standIns] = [STAND_INS.map(([character]) => character), STAND_INS.map(([, standIn]) => standIn)];
  return `DECLARE @stand_ins nvarchar(8) = ${list(standIns)}, @characters nvarchar(8) = ${list(characters)};\n`;
}

function list(characters: readonly string[]): string {
  return characters.map((character) => `NCHAR(${character.codePointAt(0)})`).join(' + ');
}
