import * as tapes from '../../src/xml/tape.ts';
import type { Tape } from '../../src/xml/tape.ts';

/** All that a tape says, with names by their spelling, so that tapes of two readers can be compared. */
export function printTape(tape: Tape): readonly unknown[] {
  const count = tapes.nodeCount(tape);
  const spell = (name: number): string => (name === tapes.NONE ? '' : (tape.names[name] ?? `unknown ${name}`));
  const nodes = Array.from({ length: count }, (_, node) => ({
    name: spell(tapes.nameOf(tape, node)),
    prefix: spell(tapes.prefixOf(tape, node)),
    parent: tapes.parentOf(tape, node),
    end: tapes.endOf(tape, node),
    step: tapes.stepOf(tape, node),
    place: tapes.placeOf(tape, node),
    text: tapes.firstText(tape, node),
    attributes: range(tapes.firstAttribute(tape, node), tapes.firstAttribute(tape, node + 1)).map((at) => [
      spell(tapes.attributeName(tape, at)),
      spell(tapes.attributePrefix(tape, at)),
      tapes.attributeValue(tape, at),
      tape.attributes[at * tapes.ATTRIBUTE + tapes.FORM],
    ]),
  }));
  const texts = range(0, tapes.firstText(tape, count)).map((piece) => [
    tapes.ownerOf(tape, piece),
    tapes.textValue(tape, piece),
  ]);
  return [...nodes, texts];
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
