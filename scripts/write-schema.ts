import { writeFileSync } from 'node:fs';
import { printContractJsonSchema } from '../src/contract/json-schema.ts';

/** `npm run schema`: writes the published JSON Schema anew after a change of the format. */
writeFileSync(new URL('../contracts/contract.schema.json', import.meta.url), printContractJsonSchema());
