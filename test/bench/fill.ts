import { generateDocuments } from '../../src/generate/documents.ts';
import { fill } from './database.ts';
import { CLAIM } from './documents.ts';

/** `node test/bench/fill.ts STORE COUNT` adds small documents. */
const [, , store = '', count] = process.argv;
const length = { least: 1, most: 1 };
await fill(store, CLAIM, generateDocuments({ contract: CLAIM, count: Number(count), seed: 1, brokenShare: 0, length }));
