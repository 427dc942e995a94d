import type { Store } from '../store/port.ts';

/** A document that was asked for by its id and does not fit, and why: `unknown` is not in the source table, or has no XML there. */
export interface UnfitDocument {
  readonly app_id: string;
  readonly state: 'pending' | 'converted' | 'failed' | 'unknown';
}

const MOST_STATES = 20;

/** What became of the first of some documents that are not told of yet. */
export async function statesOf(
  store: Store,
  appIds: readonly string[],
  told: ReadonlySet<string>,
): Promise<readonly UnfitDocument[]> {
  const states: UnfitDocument[] = [];
  for (const appId of [...new Set(appIds)].filter((id) => !told.has(id)).slice(0, MOST_STATES)) {
    const document = await store.readDocument(appId);
    // Some columns take an id in another case for the same one.
    if (document !== null && told.has(document.appId)) continue;
    const log = await store.findLog(appId);
    const logged = log?.status === 'failed' ? 'failed' : 'converted';
    states.push({ app_id: appId, state: log !== null ? logged : document === null ? 'unknown' : 'pending' });
  }
  return states;
}

/** The same in sentences; `elsewhere` says of each state with a log row what else there is to do. */
export function describeUnfit(
  documents: readonly UnfitDocument[],
  elsewhere: { readonly converted: string; readonly failed: string },
): readonly string[] {
  const sentences = {
    pending: 'is pending already: the next run takes it',
    unknown: 'is not in the source table, or has no XML there',
    converted: `is converted${elsewhere.converted}`,
    failed: `has failed${elsewhere.failed}`,
  };
  return documents.map(({ app_id: appId, state }) => `Document ${appId} ${sentences[state]}.`);
}
