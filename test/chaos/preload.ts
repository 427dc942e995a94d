// Loaded before a program of xmlfan: puts points where it can be killed into the ends of transactions, and sets its clock wrong.
import { DatabaseSync } from 'node:sqlite';
import { groups, reach } from './points.ts';

const plain = Object.getOwnPropertyDescriptor(DatabaseSync.prototype, 'exec');
DatabaseSync.prototype.exec = function execAndReach(sql) {
  const ends = sql === 'COMMIT' && groups.open > 0;
  if (ends) reach('before COMMIT');
  Reflect.apply(plain?.value, this, [sql]);
  if (ends) reach('after COMMIT');
};

// A clock that is wrong by so many seconds, and jumps back and forth every third of a second: all times that count are the database's.
const jump = Number(process.env['CHAOS_CLOCK'] ?? 0) * 1000;
if (jump !== 0) {
  const RightDate = Date;
  const shifted = (): number => RightDate.now() + (Math.floor(performance.now() / 333) % 2 === 0 ? jump : -jump);
  globalThis.Date = new Proxy(RightDate, {
    construct: (target, given, newTarget) =>
      Reflect.construct(
        target,
        given.length === 0 ? [shifted()] : given,
        newTarget === globalThis.Date ? target : newTarget,
      ),
    get: (target, key) => (key === 'now' ? shifted : Reflect.get(target, key)),
  });
}
