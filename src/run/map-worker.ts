import { workerData } from 'node:worker_threads';
import { openMappers } from './mappers.ts';

/** What a thread of the pool does: its contracts came with it, tasks come one by one. */
export const mapDocuments = openMappers(workerData);
