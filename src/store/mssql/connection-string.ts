import { InputError } from '../../errors.ts';

/** Keywords of a connection, in lower case and without blanks or underscores, with the last value given for each. */
export type Keywords = ReadonlyMap<string, string>;

/**
 * Reads `KEYWORD=VALUE;…` by the rules of ADO.NET: blanks around keyword and value do not count, a value in double or single quotes
 * is taken as it stands with its quotes doubled, `==` is an equals sign of a keyword. A string that names an ODBC driver puts values in
 * braces instead, which elsewhere are part of the value. (The driver's own parser takes both for quotes, and loses its way at an empty value.)
 * Throws an `InputError` that never shows a value.
 */
export function stringKeywords(text: string): Keywords {
  const given = text.replace(/[\s;]+$/, '');
  const pair = /(?:^|;)\s*driver\s*=/i.test(text) ? BRACED_PAIR : QUOTED_PAIR;
  const keywords = new Map<string, string>();
  for (pair.lastIndex = 0; pair.lastIndex < given.length;) {
    const [, name = '', quote, quoted = '', plain = ''] = pair.exec(given) ?? [];
    if (name.trim() === '')
      throw unreadable(
        'connection string',
        'it cannot be read',
        'Write KEYWORD=VALUE pairs separated by semicolons; put a value with a semicolon in double quotes.',
      );
    const end = quote === '{' ? '}' : quote;
    const value = end === undefined ? plain.trim() : quoted.replaceAll(end + end, end);
    keywords.set(canonical(name.replaceAll('==', '=')), value);
  }
  return keywords;
}

/** Keyword, quote, what is in quotes, what is without. */
const QUOTED_PAIR = /[\s;]*([^=;]*(?:==[^=;]*)*)=\s*(?:(["'])((?:(?!\2).|\2\2)*)\2|([^;"'][^;]*|))\s*(?:;|$)/sy;
const BRACED_PAIR = /[\s;]*([^=;]*)=\s*(?:(\{)((?:[^}]|\}\})*)\}|([^;{][^;]*|))\s*(?:;|$)/y;

/** Reads `mssql://USER:PASSWORD@HOST:PORT/DATABASE?KEYWORD=VALUE`. Throws an `InputError` that never shows a value. */
export function urlKeywords(text: string): Keywords {
  if (!URL.canParse(text))
    throw unreadable(
      'mssql:// URL',
      'it cannot be read',
      'Write mssql://USER:PASSWORD@HOST:PORT/DATABASE, with %XX for special characters.',
    );
  const url = new URL(text);
  const keywords = new Map<string, string>();
  const set = (keyword: string, value: string): void => {
    if (value !== '') keywords.set(keyword, value);
  };
  for (const [name, value] of url.searchParams) set(canonical(name), value);
  const instance = keywords.get('instance');
  keywords.delete('instance');
  set('server', `${decode(url.hostname)}${instance === undefined ? '' : `\\${instance}`}${url.port && `,${url.port}`}`);
  set('database', decode(url.pathname.slice(1)));
  set('userid', decode(url.username));
  set('password', decode(url.password));
  return keywords;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw unreadable('mssql:// URL', 'a % is not followed by two hexadecimal digits', 'Write %25 for a percent sign.');
  }
}

/** `Trust Server Certificate` and `TrustServerCertificate` are one keyword. */
function canonical(name: string): string {
  return name.replaceAll(/[\s_]/g, '').toLowerCase();
}

function unreadable(place: string, message: string, advice: string): InputError {
  return new InputError('The SQL Server connection cannot be used:', [{ place, message, advice }]);
}
