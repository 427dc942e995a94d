import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { suite, test } from 'node:test';
import { openRandom } from '../../src/generate/random.ts';
import { DEFAULT_LIMITS, type Limits, type Reach } from '../../src/xml/element.ts';
import { readFast, readTape } from '../../src/xml/read-tape.ts';
import { readCarefully } from '../../src/xml/read.ts';
import { fingerprintOf } from '../../src/xml/scanner.ts';
import { EVERYTHING } from '../../src/xml/reach-plan.ts';
import { nodeCount, placeOf } from '../../src/xml/tape.ts';
import { fastPathShare } from '../bench/share.ts';
import { printTape } from '../fuzz/print-tape.ts';
import { readerTarget } from '../fuzz/reader.ts';
import { SAMPLES } from '../fuzz/samples.ts';

function isFast(xml: string | Uint8Array, reach: Reach | null = null, limits: Limits = DEFAULT_LIMITS): boolean {
  return readFast(xml, { rootElement: 'r', reach, limits }) !== null;
}

suite('the two readers', () => {
  test('agree on 600 documents that are nearly right', () => {
    const target = readerTarget(2);
    for (let index = 0; index < 600; index += 1) assert.equal(target.attempt(index), null);
    const { fast = 0, refused = 0 } = target.summary();
    assert.ok(fast > 100 && refused > 100, 'many of either kind');
  });

  test('the fast one takes nearly all documents that are well formed', () => {
    const { wellFormed, fast } = fastPathShare();
    assert.ok(wellFormed > 150);
    assert.ok(fast >= 0.95 * wellFormed, `${fast} of ${wellFormed}`);
  });

  test('the fast one leaves what is unusual to the careful one', () => {
    const unusual = [
      '<!DOCTYPE r [<!ENTITY e "x">]><r>&e;</r>',
      '<r>&e;</r>',
      '<é/>',
      '<r é="1"/>',
      '<r a="1" a="2"/>',
      '<r xmlns:p="u" xmlns:q="u" p:a="1" q:a="2"/>',
      '<r><p:a/></r>',
      '<r>\uFFFE</r>',
      '<r>\uD800</r>',
      '<other/>',
      '',
      'text',
      '<r>',
      '<r></r><r/>',
    ];
    for (const xml of unusual) assert.ok(!isFast(xml), xml);
    assert.ok(!isFast(Buffer.from('<?xml version="1.0" encoding="iso-8859-1"?><r>é</r>')));
    assert.ok(!isFast(Buffer.from('<r>é</r>', 'latin1')));
    assert.ok(!isFast(Buffer.from('<r/>', 'utf16le')));
    const asked: Reach = { paths: new Set(), names: new Set(['é']), attributes: new Set() };
    assert.ok(!isFast('<r/>', asked));
    assert.ok(!isFast('<r/>', { ...asked, names: new Set(), wanted: new Set(['p:x']) }), 'by its written name');
    assert.ok(!isFast('<r/>', { ...asked, names: new Set(), places: true }));
    assert.ok(!isFast('<r/>', null, { ...DEFAULT_LIMITS, maxDocumentLength: 3 }));
    assert.ok(!isFast('<r><a/></r>', null, { ...DEFAULT_LIMITS, maxDepth: 1 }));
  });

  test('the fast one knows a root by its local name, whatever prefix the contract writes', () => {
    for (const rootElement of ['Envelope', 'soap:Envelope', 's:ENVELOPE'])
      assert.notEqual(
        readFast('<s:Envelope xmlns:s="u"/>', { rootElement, reach: null, limits: DEFAULT_LIMITS }),
        null,
      );
  });

  test('the fast one takes every usual way of writing', () => {
    const usual = [
      '<r/>',
      "\uFEFF<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\r\n<!-- c --><?p i?>\n<r  a = 'x'\n b=\"'\"\t></r >\n<!-- d -->",
      '<r>a\r<!-- two line ends -->\nb\r\nc\r<![CDATA[\n\r]]>\n</r>',
      '<R>é&#233;&amp;<![CDATA[<&]]>\r\n<a xmlns="u" xmlns:p="v" p:b="1" b="2"><p:c/></a></R>',
    ];
    for (const xml of usual) {
      assert.ok(isFast(xml), xml);
      assert.ok(isFast(Buffer.from(xml)), xml);
      const options = { rootElement: 'r', reach: null, limits: DEFAULT_LIMITS };
      const careful = readCarefully(xml, options);
      const fast = readTape(xml, options);
      assert.ok(careful.ok && fast.ok);
      assert.deepEqual(printTape(fast.tape), printTape(careful.tape));
    }
    for (const { xml, rootElement } of SAMPLES) {
      assert.ok(readFast(xml, { rootElement, reach: null, limits: DEFAULT_LIMITS }) !== null, rootElement);
    }
  });

  test('the fast one takes bytes exactly if they are UTF-8, wherever they lie among the 64 that it looks at', () => {
    const random = openRandom(64, 0);
    // Where the ranges of the standard begin and end.
    const edges = Buffer.from('417f808f909fa0bfc0c1c2dfe0e1ecedeeeff0f1f3f4f5f8ff', 'hex');
    let taken = 0;
    for (let index = 0; index < 8_000; index += 1) {
      const some = Array.from({ length: random.int(0, 4) }, () => edges[random.int(0, edges.length - 1)] ?? 0);
      const whole = random.pick([[], [0xc3, 0xa9], [0xe2, 0x82, 0xac], [0xed, 0x9f, 0xbf], [0xf4, 0x8f, 0xbf, 0xbf]]);
      const wholes = Array.from({ length: random.int(0, 9) }, () => whole).flat();
      const before = Buffer.from(`<r><!--${'x'.repeat(random.int(0, 130))}`);
      const bytes = Buffer.concat([before, Buffer.from(wholes), Buffer.from(some), Buffer.from('--></r>')]);
      const isRight = isUtf8(bytes) && !bytes.includes('\uFFFF');
      assert.equal(isFast(bytes), isRight, bytes.toString('hex'));
      taken += Number(isRight);
    }
    assert.ok(taken > 1_000);
  });

  test('both see an attribute that counts out of reach, however its tag is written', () => {
    const reach: Reach = { paths: new Set(), names: new Set(), attributes: new Set(['clerk', 'k', 'at']) };
    const options = { rootElement: 'r', reach, limits: DEFAULT_LIMITS };
    const seen = (attributes: string): number | null => {
      const xml = `<r><q><s ${attributes}/></q></r>`;
      const careful = readCarefully(xml, options);
      const wanted = careful.ok ? printTape(careful.tape) : null;
      const reading = readTape(xml, options);
      assert.deepEqual(reading.ok ? printTape(reading.tape) : null, wanted, xml);
      return reading.ok ? nodeCount(reading.tape) : null;
    };
    const long = ['clerk="1" ', 'CLERK="1"', 'cler\u212A="1"', '\n  clerk="1"', 'b="" clerk = "1"', `a='"' clerk='1'`];
    const short = ['k="1"', 'a="/" K="1"', 'a=">" \u212A="1"', 'a="1"  k="1" ', 'a="1"\tAt="1"', 'xml:at="1"'];
    const others = ['a="1"', 'xclerk="1"', 'kk="1" sat="1"', 'a=" clerk="', `a=" k='1' " b="1"`, 'a="1"  b="2" '];
    const wrong = ['a="1" /k="1"', 'a="1"/ b="1"', '/clerk="1"', 'a="<"', 'clerk="<"', 'a="1', 'a="1" b', 'a="1"b'];
    assert.deepEqual(new Set([...long, ...short].map(seen)), new Set([3]));
    assert.deepEqual(new Set(others.map(seen)), new Set([1]));
    assert.deepEqual(new Set(wrong.map(seen)), new Set([null]));
  });

  test('places are told where they are asked for, in the document as it was', () => {
    const reach: Reach = { ...EVERYTHING, places: true };
    const xml = ' <!DOCTYPE r [<!ENTITY e "long <b/>">]>\n<r>&e;<a/></r>';
    const reading = readTape(xml, { rootElement: 'r', reach, limits: DEFAULT_LIMITS });
    assert.ok(reading.ok);
    assert.deepEqual(
      [0, 1, 2].map((node) => placeOf(reading.tape, node)),
      [xml.indexOf('<r>'), xml.indexOf('&e;'), xml.indexOf('<a/>')],
    );
  });

  test('a text column in another encoding is read fast as well', () => {
    const options = { rootElement: 'r', reach: null, limits: DEFAULT_LIMITS, encoding: 'windows-1252' };
    const tape = readFast(Buffer.from('<r a="caf\xE9"/>', 'latin1'), options);
    assert.ok(tape !== null);
    assert.equal(tape.text, 'café');
    assert.ok(readFast(Buffer.from('<r a="1"/>'), options) !== null);
    assert.equal(readFast(Buffer.from('<r/>'), { ...options, encoding: 'nonsense' }), null);
  });

  test('documents whose tape is longer than themselves, and the widest reach, find room', () => {
    const xml = `<r>${'<a/>'.repeat(20_000)}${'<b>x</b>'.repeat(20_000)}</r>`;
    const options = { rootElement: 'r', reach: null, limits: DEFAULT_LIMITS };
    const tape = readFast(xml, options);
    assert.equal(tape?.nodes.length, (40_001 + 1) * 8);
    const paths = Array.from({ length: 3000 }, (_, index) => `/r/a${index}/b`);
    const wide: Reach = { paths: new Set(paths), names: new Set(), attributes: new Set() };
    const answer = readTape(xml, { ...options, reach: wide });
    assert.ok(answer.ok && answer.tape.nodes.length === 16);
  });
});

test('a fingerprint is the XXH64 of text as of its bytes, and reading is none the wiser', () => {
  const known = [
    ['', 'ef46db3751d8e999'],
    ['a', 'd24ec4f1a98c6e5b'],
    ['abc', '44bc2cf5ad770999'],
    ['Nobody inspects the spammish repetition', 'fbcea83c8a378bf1'],
  ] as const;
  for (const [text, hash] of known) {
    assert.equal(fingerprintOf(text), hash);
    assert.equal(fingerprintOf(Buffer.from(text)), hash);
  }
  const bytes = Buffer.from('<r a="1"/>');
  const before = fingerprintOf(bytes);
  assert.ok(isFast(bytes));
  bytes.write('2', 6);
  assert.notEqual(fingerprintOf(bytes), before);
  assert.equal(readFast(bytes, { rootElement: 'r', reach: null, limits: DEFAULT_LIMITS })?.text, '2');
  assert.match(fingerprintOf('x'.repeat(6_000_000)), /^[0-9a-f]{16}$/);
});
