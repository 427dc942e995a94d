import type { Contract } from '../contract/contract.ts';
import type { Limits, Reach } from '../xml/element.ts';
import type { ReachPlan } from '../xml/reach-plan.ts';
import { planReading } from '../xml/reach-plan.ts';
import { readTape } from '../xml/read-tape.ts';
import type { TapeReading } from '../xml/read.ts';
import { attributeName, firstAttribute, nameOf, nodeCount, NONE, parentOf, stepOf } from '../xml/tape.ts';
import type { Tape } from '../xml/tape.ts';

/** Reads one document after the other; a tape lives until the next is read. */
export type ReadNext = (source: {
  readonly xml: string | Uint8Array;
  readonly encoding?: string | undefined;
}) => TapeReading;

/** More stray paths than this are not remembered. */
const MAX_LEARNED = 1000;

/**
 * Reads documents by their projection. Where an attribute alone brought an element into reach, all elements of its path
 * count, since the last one answers at the place of the first (P05): such a document is read again, whole. Its paths are
 * remembered and join the reach from time to time, ever more rarely, since each reach has to be planned. Numbers of names
 * and paths stay: what is learned is added behind them.
 */
export function openReader({ rootElement }: Contract, reach: Reach, limits: Limits): ReadNext {
  const readBy = (by: Reach, { xml, encoding }: Parameters<ReadNext>[0]): TapeReading =>
    readTape(xml, { rootElement, reach: by, limits, encoding });
  if (reach.attributes.size === 0) return (source) => readBy(reach, source);

  const findStrays = compileFindStrays(planReading(reach));
  const whole = { ...reach, whole: new Set(['/']) };
  const learned = new Set<string>();
  let [current, waiting, patience] = [reach, 0, 1];
  return (source) => {
    const reading = readBy(current, source);
    const strays = reading.ok ? findStrays(reading.tape) : [];
    if (strays.length === 0) return reading;
    for (const path of strays) if (learned.size < MAX_LEARNED) learned.add(path);
    waiting += 1;
    if (waiting >= patience && reach.paths.size + learned.size > current.paths.size) {
      current = { ...reach, paths: new Set([...reach.paths, ...learned]) };
      [waiting, patience] = [0, patience * 2];
    }
    return readBy(whole, source);
  };
}

/** Paths of elements that nothing but an attribute brought into reach. */
function compileFindStrays(plan: ReachPlan): (tape: Tape) => readonly string[] {
  const { reach, names } = plan;
  const named = new Set([...reach.names].map((name) => plan.idOf(name)));
  const asked = names.map((name) => reach.attributes.has(name.toLowerCase()));
  const isAsked = (tape: Tape, name: number): boolean =>
    asked[name] ?? reach.attributes.has(tape.names[name]?.toLowerCase() ?? '');
  return (tape) => {
    const strays: string[] = [];
    const count = nodeCount(tape);
    for (let node = 0; node < count; node += 1) {
      if (stepOf(tape, node) !== NONE || named.has(nameOf(tape, node))) continue;
      const end = firstAttribute(tape, node + 1);
      for (let attribute = firstAttribute(tape, node); attribute < end; attribute += 1) {
        if (!isAsked(tape, attributeName(tape, attribute))) continue;
        strays.push(pathTo(tape, node));
        break;
      }
    }
    return strays;
  };
}

function pathTo(tape: Tape, node: number): string {
  return node === NONE ? '' : `${pathTo(tape, parentOf(tape, node))}/${tape.names[nameOf(tape, node)]}`;
}
