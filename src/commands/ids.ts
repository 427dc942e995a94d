import { InputError } from '../errors.ts';
import { parseDocumentId } from '../document-id.ts';

/** Ids of documents that an option names, in canonical digits. Throws one `InputError` with all that are none. */
export function documentIds(option: string, texts: readonly string[]): readonly string[] {
  const ids = texts.map((text) => ({ text, id: parseDocumentId(text) }));
  const faults = ids
    .filter(({ id }) => id === null)
    .map(({ text }) => ({ place: option, message: `${JSON.stringify(text)} is no document id`, advice: '' }));
  if (faults.length > 0) throw new InputError('Ids of documents are whole numbers:', faults);
  return ids.map(({ id }) => String(id));
}
