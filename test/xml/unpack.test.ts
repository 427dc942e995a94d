import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { parseAnyContract } from '../../src/contract/load.ts';
import { openMapping } from '../../src/mapping/map-document.ts';
import { decodeDocument } from '../../src/xml/decode.ts';
import { DEFAULT_LIMITS } from '../../src/xml/element.ts';
import { readTape } from '../../src/xml/read-tape.ts';
import { readCarefully } from '../../src/xml/read.ts';

const ORDER = '<Order no="7"><Total>1.50</Total><Note>žé €</Note></Order>';
const OPTIONS = { rootElement: null, reach: null, limits: DEFAULT_LIMITS };

const CONTRACT = `format: 2
product_line: orders
source: { table: documents, column: body, id: order_id }
document: { root: Order, id: "@no" }
tables: { orders: { each: /Order, columns: { total: { from: Total, type: "decimal(9,2)" }, note: { from: Note, type: nvarchar(20) } } } }
limits: { document_bytes: 5000 }
`;

function mapped(xml: string | Uint8Array) {
  const { contract } = parseAnyContract(CONTRACT, { format: 'yaml' });
  const outcome = openMapping(contract)({ xml, appId: '7' }, new Date(0));
  return outcome.outcome === 'mapped' ? outcome.tables.map(({ rows }) => rows) : outcome.reason;
}

test('packed documents are read as what was packed: UTF-8, and UTF-16 without a mark as COMPRESS of an nvarchar gives it', () => {
  for (const bytes of [
    Buffer.from(ORDER),
    Buffer.from(ORDER, 'utf16le'),
    Buffer.from(`\uFEFF<?xml version="1.0" encoding="utf-16"?>${ORDER}`, 'utf16le'),
    Buffer.from(`<?xml version="1.0" encoding="utf-8"?>\n${ORDER}`),
  ]) {
    const decoded = decodeDocument(gzipSync(bytes));
    assert.ok(decoded.ok && decoded.text.endsWith(ORDER));
    assert.deepEqual(mapped(gzipSync(bytes)), mapped(ORDER));
    for (const read of [readTape, readCarefully]) assert.equal(read(gzipSync(bytes), OPTIONS).ok, true);
  }
  assert.deepEqual(mapped(ORDER), [[['7', '1.5', 'žé €']]]);
});

test('what unpacks to more than a document may have is refused before it is in memory', () => {
  const bomb = gzipSync(Buffer.alloc(50_000_000, 0x20));
  assert.ok(bomb.length < 60_000);
  const small = { ...OPTIONS, limits: { ...DEFAULT_LIMITS, maxDocumentLength: 1_000_000 } };
  const reading = readTape(bomb, small);
  assert.match(reading.ok ? '' : reading.message, /gzip data of more than 1000000 bytes/);
  assert.match(
    String(mapped(gzipSync(`<Order>${' '.repeat(6000)}</Order>`))),
    /^malformed: gzip data of more than 5000 bytes/,
  );
});

test('damaged data are told as such', () => {
  const packed = gzipSync(ORDER);
  const cut = decodeDocument(packed.subarray(0, -12));
  assert.deepEqual(cut, { ok: false, problem: 'gzip data that are damaged or cut short' });
  assert.match(String(mapped(packed.subarray(0, 30))), /^malformed: gzip data that are damaged or cut short/);
});
