import { parseDocument } from 'yaml';
import { InputError } from '../errors.ts';
import type { Fault } from '../errors.ts';

/** Languages of contract files. */
export type Format = 'json' | 'yaml';

/** Reads JSON or YAML into plain data. Throws an `InputError` that says where the text is not what it claims to be. */
export function parseText(text: string, format: Format): unknown {
  const content = text.replace(/^\uFEFF/, '');
  return format === 'json' ? parseJson(content) : parseYaml(content);
}

function parseJson(text: string): unknown {
  const message = jsonError(text);
  if (message === null) return JSON.parse(text);
  throw new InputError('The contract is not JSON:', [jsonFault(text, message)]);
}

function jsonError(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The engine's message ends with `at position 12 (line 3 column 4)`, or with a piece of the text and no place, or names neither. */
function jsonFault(text: string, message: string): Fault {
  const [token] = UNEXPECTED.exec(message) ?? [];
  const [, what = message, offset = text.length] = /^(.*?),? (?:in JSON )?at position (\d+)/s.exec(message) ?? [];
  const lines = text.slice(0, token === undefined ? Number(offset) : offsetOfUnexpected(text)).split('\n');
  return {
    place: `line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`,
    message: token ?? what,
    advice: 'Correct the JSON; a file ending in .yaml or .yml is read as YAML.',
  };
}

const UNEXPECTED = /^Unexpected token '.+?'(?=, )/su;

/** A text that ends before the unexpected token has another fault, one that ends after it the same: halving finds the token. */
function offsetOfUnexpected(text: string): number {
  let [before, after] = [0, text.length];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (UNEXPECTED.test(jsonError(text.slice(0, middle)) ?? '')) after = middle;
    else before = middle;
  }
  return before;
}

function parseYaml(text: string): unknown {
  // Keys are texts: `1`, `true` and `null` are ordinary keys of enums and bit conversions.
  const document = parseDocument(text, { stringKeys: true, prettyErrors: true });
  const faults = document.errors.map(({ message, linePos }) => ({
    place: linePos ? `line ${linePos[0].line}, column ${linePos[0].col}` : 'contract',
    message: message.split(/ at line /)[0] ?? message,
    advice: 'Correct the YAML.',
  }));
  if (faults.length > 0) throw new InputError('The contract is not YAML:', faults);
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new InputError('The contract is not YAML:', [{ place: 'contract', message, advice: 'Correct the aliases.' }]);
  }
}
