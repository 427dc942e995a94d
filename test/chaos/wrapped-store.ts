import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase as open } from '../../src/store/open.ts';
import type { Database, Store } from '../../src/store/port.ts';
import { groups, reach } from './points.ts';

/** In place of the program's own: the same database, whose calls are points. */
export async function openDatabase(...given: Parameters<typeof open>): Promise<Database> {
  const database = await open(...given);
  const inFlight = database.dialect === 'mssql';
  return { ...database, store: (workSet) => watched(database.store(workSet), inFlight) };
}

function watched(store: Store, inFlight: boolean): Store {
  return new Proxy(store, {
    get: (target, name: string) => {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return async (...given: unknown[]) => {
        reach(`before ${name}`);
        // A server commits by itself at the end of one statement: it is killed somewhere within it.
        if (inFlight && name === 'writeGroup') void sleep(Math.random() * 30).then(() => reach('before COMMIT'));
        const isGroup = name === 'writeGroup' ? 1 : 0;
        groups.open += isGroup;
        const result: unknown = await Reflect.apply(method, target, given);
        groups.open -= isGroup;
        if (inFlight && name === 'writeGroup') reach('after COMMIT');
        reach(`after ${name}`);
        return result;
      };
    },
  });
}
