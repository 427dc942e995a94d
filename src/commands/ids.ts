import { describeIds, emptyRange, readDocumentId } from '../document-id.ts';
import { InputError } from '../errors.ts';
import type { Line } from '../run/line.ts';
import type { Bounds } from '../store/ids.ts';

/** Ids of documents of a line that an option names, as `readDocumentId` has them. Throws one `InputError` with all that are none. */
export function documentIds({ idType }: Line, option: string, texts: readonly string[]): readonly string[] {
  const ids = texts.map((text) => ({ text, id: readDocumentId(text, idType) }));
  const faults = ids
    .filter(({ id }) => id === null)
    .map(({ text }) => ({ place: option, message: `${JSON.stringify(text)} is no document id`, advice: '' }));
  if (faults.length > 0) throw new InputError(`Ids of documents are ${describeIds(idType)}:`, faults);
  return ids.flatMap(({ id }) => id ?? []);
}

/** The range that `--app-id-start` and `--app-id-end` name; null = open. Throws an `InputError` if nothing can be in it. */
export function documentRange(
  line: Line,
  { appIdStart, appIdEnd }: { readonly appIdStart?: string | undefined; readonly appIdEnd?: string | undefined },
): Bounds {
  const [start = null] = appIdStart === undefined ? [] : documentIds(line, '--app-id-start', [appIdStart]);
  const [end = null] = appIdEnd === undefined ? [] : documentIds(line, '--app-id-end', [appIdEnd]);
  const faults = emptyRange({ start, end }, ['--app-id-start', '--app-id-end'], line.idType);
  if (faults.length > 0) throw new InputError('No document can be in this range:', faults);
  return { start, end };
}
