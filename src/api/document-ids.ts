import { z } from 'zod';
import { describeIds, isWhole, readDocumentId } from '../document-id.ts';
import { InputError } from '../errors.ts';
import type { Line } from '../run/line.ts';

/** The id of a document of any product line; each line says what its ids are. */
export const documentId = z.string().min(1).max(4000);

/** An id of a line's documents that stands at a place of a request. Throws an `InputError` if it is none. */
export function readId(line: Line, place: string, text: string): string {
  return readIds(line, '', [text], () => place)[0] ?? text;
}

/** The same of a list; all that are none are told at once. */
export function readIds(
  { idType }: Line,
  list: string,
  texts: readonly string[],
  placeOf = (index: number): string => `${list}.${index}`,
): readonly string[] {
  const ids = texts.map((text) => readDocumentId(text, idType));
  const message = isWhole(idType)
    ? 'must be a whole number from -2^63 to 2^63 - 1'
    : `must be one of ${describeIds(idType)}`;
  const faults = ids.flatMap((id, index) => (id === null ? [{ place: placeOf(index), message, advice: '' }] : []));
  if (faults.length > 0) throw new InputError('The request is not valid', faults);
  return ids.flatMap((id) => id ?? []);
}
