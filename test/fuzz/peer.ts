import { isDeepStrictEqual } from 'node:util';
import { openRandom } from '../../src/generate/random.ts';
import { compile } from '../../src/mapping/compile.ts';
import type { Outcome } from '../../src/mapping/outcome.ts';
import { decodeDocument } from '../../src/xml/decode.ts';
import { DEFAULT_LIMITS } from '../../src/xml/element.ts';
import type { Element } from '../../src/xml/element.ts';
import { readDocument } from '../../src/xml/read.ts';
import { contractDocuments } from './documents.ts';
import { mutate } from './mutate.ts';
import { readByPeer } from './peer-tree.ts';
import type { PeerReading } from './peer-tree.ts';
import type { Target } from './target.ts';

const NOW = new Date('2026-01-01T00:00:00Z');

interface Sample {
  readonly xml: string;
  readonly line: string;
  readonly map: (xml: string) => Outcome;
}

/** The reader and the mapper against a strict parser of other people: both take the same documents, see the same elements, and values do not depend on how they are written. */
export function peerTarget(seed: number): Target {
  const samples = contractDocuments(seed).flatMap(({ contract, xmls }): Sample[] => {
    const { map } = compile(contract);
    return xmls.map((xml) => ({
      xml,
      line: contract.productLine,
      map: (text) => map({ xml: text }, NOW),
    }));
  });
  const counts = { inputs: 0, characters: 0, wellFormed: 0, malformed: 0, mapped: 0, notCompared: 0 };
  return {
    attempt(index) {
      const random = openRandom(seed, index);
      const sample = samples[random.int(0, samples.length - 1)];
      if (sample === undefined) throw new RangeError('no samples');
      const xml = random.chance(0.02) ? sample.xml : mutate(sample.xml, random);
      counts.inputs += 1;
      counts.characters += xml.length;
      const decoded = decodeDocument(xml);
      // The peer knows no internal subset, and takes halves of characters.
      if (!decoded.ok || /<!DOCTYPE/iu.test(xml) || !xml.isWellFormed()) {
        counts.notCompared += 1;
        return null;
      }
      const wrong = compare(decoded.text, sample, counts);
      return wrong === null ? null : `${JSON.stringify(xml)}\n${wrong}`;
    },
    summary: () => counts,
  };
}

function compare(
  xml: string,
  sample: Sample,
  counts: { wellFormed: number; malformed: number; mapped: number },
): string | null {
  const peer = readByPeer(xml);
  const own = readDocument(xml, { rootElement: null, reach: null, limits: DEFAULT_LIMITS });
  // A limit of ours, not of XML.
  if (!own.ok && own.message.includes('elements nested more than')) return null;
  if (own.ok !== peer.ok)
    return `we: ${own.ok ? 'well formed' : own.message}\npeer: ${peer.ok ? 'well formed' : peer.message}`;
  if (!own.ok || !peer.ok) {
    counts.malformed += 1;
    return null;
  }
  counts.wellFormed += 1;
  const [seen, wanted] = [shown(own.root), shown(peer.root)];
  if (!isDeepStrictEqual(seen, wanted)) return difference(seen, wanted);
  return compareRows(xml, peer, sample, counts);
}

/** The rows of a document as it is written, and as the peer writes it. */
function compareRows(
  xml: string,
  peer: Extract<PeerReading, { ok: true }>,
  { line, map }: Sample,
  counts: { mapped: number },
): string | null {
  const [own, slow] = [xml, peer.plain].map(map);
  if (own?.outcome === 'mapped') counts.mapped += 1;
  return isDeepStrictEqual(withoutPlace(own), withoutPlace(slow)) ? null : `${line}, ${difference(own, slow)}`;
}

/** A reason may name a line and a column, which are others where the document is written anew. */
function withoutPlace(outcome: Outcome | undefined): unknown {
  return outcome?.outcome === 'rejected'
    ? { ...outcome, reason: outcome.reason.replaceAll(/line \d+, column \d+/gu, 'somewhere') }
    : outcome;
}

function shown({ name, attributes, text, children }: Element): unknown {
  // A blank text is none.
  return [
    name,
    [...attributes].toSorted(([a], [b]) => (a < b ? -1 : 1)),
    text.trim() === '' ? '' : text,
    children.map(shown),
  ];
}

/** Where two values begin to differ. */
function difference(one: unknown, other: unknown): string {
  const [a, b] = [JSON.stringify(one), JSON.stringify(other)];
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  const part = (text: string): string => text.slice(Math.max(0, at - 80), at + 120);
  return `ours ${part(a)}\npeer ${part(b)}`;
}
