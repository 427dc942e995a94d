import { InputError } from '../errors.ts';
import { EXIT, type ExitStatus } from './exit.ts';
import { withLine, type LineAndStoreOptions } from './lines.ts';
import type { JsonOption } from './options.ts';
import { note, print, printJson } from './output.ts';
import { count } from './words.ts';

export interface RedriveOptions extends LineAndStoreOptions, JsonOption {
  readonly reason?: string;
  readonly appId?: readonly string[];
}

/** Makes failed documents pending again. */
export async function redrive(options: RedriveOptions): Promise<ExitStatus> {
  const { reason, appId: appIds } = options;
  refuseWhatIsNoId(appIds ?? []);
  return withLine(options, {}, async ({ store, productLine }) => {
    const documents = await store.redrive({ ...(reason !== undefined && { reason }), ...(appIds && { appIds }) });
    if (options.json) {
      await printJson({ product_line: productLine, redriven: documents });
      return EXIT.done;
    }
    await print(
      documents === 0
        ? 'No failed document fits: nothing changed.'
        : `${count(documents, 'document')} of ${productLine} ${documents === 1 ? 'is' : 'are'} pending again.`,
    );
    if (documents > 0) note('Start `xmlfan run` to take them.');
    return EXIT.done;
  });
}

function refuseWhatIsNoId(appIds: readonly string[]): void {
  const faults = appIds
    .filter((id) => !/^-?\d{1,19}$/.test(id))
    .map((id) => ({ place: '--app-id', message: `${JSON.stringify(id)} is no document id`, advice: '' }));
  if (faults.length > 0) throw new InputError('Ids of documents are whole numbers:', faults);
}
