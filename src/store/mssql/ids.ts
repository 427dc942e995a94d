import { parseDocumentId } from '../../document-id.ts';
import type { Input } from './statement.ts';

/** SQL of the ids in the input `@app_ids`, which `idList` makes. */
export const ID_LIST = `SELECT r.app_id FROM OPENJSON(@app_ids) WITH (app_id bigint '$[0]') r`;

/** Ids as one input; what cannot be an id is none. */
export function idList(appIds: readonly string[]): Input {
  return {
    type: 'long',
    value: JSON.stringify(appIds.filter((appId) => parseDocumentId(appId) !== null).map((appId) => [appId])),
  };
}
