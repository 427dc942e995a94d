import { storeSuite } from './suite.ts';
import { GUID_IDS, TEXT_IDS } from './suite/ids.ts';
import { memory } from './suite/memory.ts';

for (const ids of [undefined, TEXT_IDS, GUID_IDS]) storeSuite({ ...memory, ...(ids && { ids }) });
