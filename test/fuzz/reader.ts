import { isDeepStrictEqual } from 'node:util';
import { openRandom, type Random } from '../../src/generate/random.ts';
import { compile } from '../../src/mapping/compile.ts';
import { DEFAULT_LIMITS, type Reach } from '../../src/xml/element.ts';
import { readFast, readTape } from '../../src/xml/read-tape.ts';
import { readCarefully, type ReadOptions, type TapeReading } from '../../src/xml/read.ts';
import { contractDocuments, type ContractDocuments } from './documents.ts';
import { mutate } from './mutate.ts';
import { SAMPLES, type Sample } from './samples.ts';
import { printTape } from './print-tape.ts';
import type { Target } from './target.ts';

/** Both readers of documents, on documents that are nearly right: what the fast one takes, the careful one takes too, and reads alike. */
export function readerTarget(seed: number): Target {
  const samples = contractDocuments(seed).flatMap(samplesOf);
  const counts = { inputs: 0, characters: 0, fast: 0, refused: 0 };
  return {
    attempt(index) {
      const random = openRandom(seed, index);
      const list = random.chance(0.4) ? SAMPLES : samples;
      const { xml, rootElement, reaches } = list[random.int(0, list.length - 1)] ?? failNoSample();
      const reach = reaches[random.int(0, reaches.length - 1)] ?? null;
      const text = random.chance(0.02) ? xml : mutate(xml, random);
      const encoding = random.chance(0.1)
        ? random.pick(['utf-8', 'windows-1252', 'iso-8859-2', 'nonsense'])
        : undefined;
      const input = random.chance(0.3) ? text : bytesOf(text, random);
      const options: ReadOptions = { rootElement, reach, limits: DEFAULT_LIMITS, encoding };
      counts.inputs += 1;
      counts.characters += input.length;
      return compare(input, options, counts);
    },
    summary: () => counts,
  };
}

function failNoSample(): never {
  throw new RangeError('no samples');
}

function compare(
  input: string | Uint8Array,
  options: ReadOptions,
  counts: { fast: number; refused: number },
): string | null {
  const fast = readFast(input, options);
  if (fast !== null) counts.fast += 1;
  // A tape lives until the next document is read.
  const got = told(readTape(input, options));
  const wanted = told(readCarefully(input, options));
  if (!wanted.ok) counts.refused += 1;
  if (isDeepStrictEqual(got, wanted)) return null;
  const shown =
    typeof input === 'string'
      ? JSON.stringify(input)
      : `bytes ${JSON.stringify(Buffer.from(input).toString('latin1'))}`;
  return [
    shown,
    JSON.stringify({ ...options, reach: shownReach(options.reach) }),
    JSON.stringify(got),
    JSON.stringify(wanted),
  ].join('\n');
}

function told(reading: TapeReading): { ok: boolean } & Record<string, unknown> {
  return reading.ok ? { ok: true, nodes: printTape(reading.tape) } : { ...reading };
}

function shownReach(reach: Reach | null): unknown {
  return JSON.parse(JSON.stringify(reach, (_, value: unknown) => (value instanceof Set ? [...value] : value)));
}

/** Bytes of characters that are cut short, too long, too large, or none. */
const NO_UTF8 = [
  '80',
  'c3',
  'c0af',
  'e282',
  'e09f80',
  'eda080',
  'f09f98',
  'f0808080',
  'f4908080',
  'c3a9a9',
  'ff',
] as const;

/** UTF-8, now and then with bytes of something else or cut, or in another encoding. */
function bytesOf(text: string, random: Random): Uint8Array {
  if (random.chance(0.03)) return Buffer.from(text, random.pick(['utf16le', 'latin1']));
  const bytes = Buffer.from(text.toWellFormed());
  const at = random.int(0, bytes.length);
  if (at < bytes.length && random.chance(0.03)) bytes[at] = random.int(0, 255);
  if (random.chance(0.01)) return Uint8Array.from(bytes.subarray(0, at));
  const piece = random.chance(0.03) ? Buffer.from(random.pick(NO_UTF8), 'hex') : Buffer.alloc(0);
  return Uint8Array.from(Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]));
}

function samplesOf({ contract, xmls }: ContractDocuments): readonly Sample[] {
  const { reach } = compile(contract);
  return xmls.map((xml) => ({ xml, rootElement: contract.rootElement, reaches: [reach, reach, null] }));
}
