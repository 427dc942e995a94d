import { describeIds, readDocumentId } from '../document-id.ts';
import { InputError } from '../errors.ts';
import type { Line } from '../run/line.ts';

/** Ids of documents of a line that an option names, as `readDocumentId` has them. Throws one `InputError` with all that are none. */
export function documentIds({ idType }: Line, option: string, texts: readonly string[]): readonly string[] {
  const ids = texts.map((text) => ({ text, id: readDocumentId(text, idType) }));
  const faults = ids
    .filter(({ id }) => id === null)
    .map(({ text }) => ({ place: option, message: `${JSON.stringify(text)} is no document id`, advice: '' }));
  if (faults.length > 0) throw new InputError(`Ids of documents are ${describeIds(idType)}:`, faults);
  return ids.flatMap(({ id }) => id ?? []);
}
