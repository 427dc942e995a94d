import { workerData } from 'node:worker_threads';
import { freeMemory, openMappers, type MapTask } from './mappers.ts';
import { pack, type Packed } from './pack.ts';

const map = openMappers(workerData);

/** What a thread of the pool does: its contracts came with it, tasks come one by one. */
export function mapDocuments(task: MapTask): Packed {
  const packed = pack(map(task));
  freeMemory(task.documents);
  return packed;
}
