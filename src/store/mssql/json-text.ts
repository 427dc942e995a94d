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
  if (json.decodesEscapes || !/["\\\u0000-\u001F\uF8D0-\uF8D4]/.test(text)) return text;
  if (/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uF8D0-\uF8D4]/.test(text)) return null;
  return text.replaceAll(/["\\\t\n\r]/g, (character) => TO_STAND_IN.get(character) ?? character);
}

/** SQL for the text that was put into JSON by `asJsonText`; `expression` is a column of OPENJSON. */
export function textOf(json: JsonText, expression: string): string {
  if (json.decodesEscapes) return expression;
  return STAND_INS.reduce(
    (sql, [character, standIn]) => `REPLACE(${sql}, NCHAR(${standIn.codePointAt(0)}), NCHAR(${character.codePointAt(0)}))`,
    expression,
  );
}
