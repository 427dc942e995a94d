import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeDocument } from '../../src/xml/decode.ts';
import { DEFAULT_LIMITS } from '../../src/xml/element.ts';
import { readDocument } from '../../src/xml/read.ts';

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
const bigEndian = (text: string): Buffer => utf16(text).swap16();

function decode(xml: string | Uint8Array, encoding?: string): string {
  const decoded = decodeDocument(xml, encoding);
  return decoded.ok ? decoded.text : `! ${decoded.problem}`;
}

test('bytes that say nothing are UTF-8, or else Windows-1252', () => {
  assert.equal(decode(Buffer.from('<r a="é€">\uFFFD</r>')), '<r a="é€">\uFFFD</r>');
  assert.equal(decode(latin('<r a="\xE9 \x80\x93\x81"></r>')), '<r a="é €“\x81"></r>');
  assert.equal(decode(latin('<?xml version="1.0"?><r>\xE9</r>')), '<?xml version="1.0"?><r>é</r>');
});

test('a byte order mark says what the rest is, whatever is declared', () => {
  for (const declared of [
    '',
    '<?xml version="1.0" encoding="ISO-8859-1"?>',
    "<?xml version='1.0' encoding='no-such'?>",
  ]) {
    const text = `${declared}<r>é€😀</r>`;
    for (const bytes of [Buffer.from(text), utf16(text), bigEndian(text)]) {
      const mark =
        bytes[0] === 0x3c && bytes[1] !== 0 ? [0xef, 0xbb, 0xbf] : bytes[0] === 0 ? [0xfe, 0xff] : [0xff, 0xfe];
      assert.equal(decode(Buffer.from([...mark, ...bytes])), text);
    }
  }
});

test('UTF-16 is known without a mark', () => {
  for (const text of ['<?xml version="1.0" encoding="UTF-16"?><r>é€😀</r>', '<r>é</r>', '\n<r/>']) {
    assert.equal(decode(utf16(text)), text.trim());
    assert.equal(decode(bigEndian(text)), text.trim());
  }
});

test('the declared encoding of bytes is obeyed, by every label of the standard', () => {
  for (const [label, byte, expected] of [
    ['ISO-8859-1', '\x80', '€'],
    ['latin1', '\xE9', 'é'],
    ['iso-8859-5', '\xB0', 'А'],
    ['windows-1251', '\xC0', 'А'],
    ['KOI8-R', '\xE1', 'А'],
    ['ISO-8859-15', '\xA4', '€'],
    ['Shift_JIS', '\x88\x9F', '亜'],
    ['gb18030', '\xB0\xA1', '啊'],
    ['Big5', '\xA4\x40', '一'],
    ['US-ASCII', '\xE9', 'é'],
    ['macintosh', '\x8E', 'é'],
  ] as const) {
    for (const declaration of [
      `<?xml version="1.0" encoding="${label}"?>`,
      `\n<?xml version='1.0'\tencoding = '${label}' standalone='no'?>`,
    ])
      assert.equal(decode(latin(`${declaration}<r>${byte}</r>`)), `${declaration.trim()}<r>${expected}</r>`, label);
  }
});

test('a declaration of UTF-16 that can be read byte by byte is wrong, and the bytes are UTF-8', () => {
  const declared = '<?xml version="1.0" encoding="UTF-16"?>';
  assert.equal(decode(Buffer.from(`${declared}<r>é</r>`)), `${declared}<r>é</r>`);
  assert.equal(decode(latin(`${declared}<r>\xE9</r>`)), '! line 1, column 43: bytes that are not UTF-8');
});

test('an encoding that is not known is told by its name', () => {
  assert.equal(decode(latin('<?xml version="1.0" encoding="KLINGON"?><r/>')), '! the encoding KLINGON is not known');
  assert.equal(decode(Buffer.from([0xff, 0xfe, 0, 0, 0x3c, 0, 0, 0])), '! the encoding UTF-32LE is not known');
  assert.equal(decode(Buffer.from([0, 0, 0, 0x3c, 0, 0, 0, 0x72])), '! the encoding UTF-32BE is not known');
  assert.equal(decode(latin('<r/>'), 'no-such'), '! the encoding no-such is not known');
});

test('what cannot be decoded is told with its place and never replaced', () => {
  const declared = '<?xml version="1.0" encoding="utf-8"?>\n';
  assert.equal(decode(latin(`${declared}<r>\xE9</r>`)), '! line 2, column 4: bytes that are not utf-8');
  assert.equal(
    decode(Buffer.from([0xef, 0xbb, 0xbf, ...latin('<r>\n\xFF</r>')])),
    '! line 2, column 1: bytes that are not UTF-8',
  );
  assert.equal(
    decode(Buffer.concat([Buffer.from(`${declared}<r>é</r>`), Buffer.from([0xe2, 0x82])])),
    '! line 2, column 9: bytes that are not utf-8',
  );
  assert.equal(
    decode(Buffer.from([0xff, 0xfe, 0x3c, 0, 0, 0xd8, 0x3c, 0])),
    '! line 1, column 2: bytes that are not UTF-16LE',
  );
  assert.equal(decode(Buffer.from([0xfe, 0xff, 0, 0x3c, 0])), '! line 1, column 2: bytes that are not UTF-16BE');
  assert.equal(
    decode(latin('<?xml version="1.0" encoding="Shift_JIS"?><r>\xFF</r>')),
    '! line 1, column 46: bytes that are not Shift_JIS',
  );
  assert.equal(decode(latin('<r>\xE9</r>'), 'utf-8'), '! line 1, column 4: bytes that are not utf-8');
});

test('the encoding of a text column counts alone, whatever the document says of itself', () => {
  const declared = '<?xml version="1.0" encoding="UTF-16"?><r>';
  assert.equal(decode(latin(`${declared}\xE9\x80</r>`), 'windows-1251'), `${declared}йЂ</r>`);
  assert.equal(decode(Buffer.from('<r>é</r>'), 'windows-1252'), '<r>Ã©</r>');
  for (const label of ['UTF-16', 'ISO-8859-1', 'no-such', 'utf-8'])
    assert.equal(
      decode(`<?xml version="1.0" encoding="${label}"?><r>é</r>`),
      `<?xml version="1.0" encoding="${label}"?><r>é</r>`,
    );
});

test('what stood before the text is kept apart, without a mark', () => {
  assert.deepEqual(decodeDocument('\uFEFF\u0001\u0002 \n<r/> \n'), {
    ok: true,
    text: '<r/>',
    before: '\u0001\u0002 \n',
  });
  assert.deepEqual(decodeDocument('<r/>\r\n'), { ok: true, text: '<r/>\r\n', before: '' });
  assert.deepEqual(decodeDocument('\u00A0\uFEFF\n'), { ok: true, text: '', before: '\u00A0\uFEFF\n' });
});

test('bytes that cannot be decoded fail validation, in the words that all malformed documents have', () => {
  const xml = latin('<?xml version="1.0" encoding="x-none"?><r/>');
  assert.deepEqual(readDocument(xml, { rootElement: 'r', reach: null, limits: DEFAULT_LIMITS }), {
    ok: false,
    stage: 'validation',
    message: 'Invalid XML structure or format: the encoding x-none is not known',
  });
});
