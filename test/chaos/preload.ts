// Loaded before a program of xmlfan (`node --import …/preload.ts src/cli.ts …`): puts points where it can be killed round the store and the
// mapper, without a line of the program knowing.
import { registerHooks } from 'node:module';
import { DatabaseSync } from 'node:sqlite';
import { groups, reach } from './points.ts';

const WRAPPED = new Map(
  [
    ['../../src/store/open.ts', './wrapped-store.ts'],
    ['../../src/mapping/map-document.ts', './wrapped-mapping.ts'],
  ].map(([from = '', to = '']) => [new URL(from, import.meta.url).href, new URL(to, import.meta.url).href]),
);

registerHooks({
  resolve: (specifier, context, next) => {
    const found = next(specifier, context);
    const wrapper = WRAPPED.get(found.url);
    return wrapper === undefined || context.parentURL === wrapper ? found : { ...found, url: wrapper };
  },
});

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
