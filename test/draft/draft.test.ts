import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parseAnyContract } from '../../src/contract/load.ts';
import { nameColumns, pluralOf, snakeCase } from '../../src/draft/names.ts';
import { openDraft, type DraftOptions } from '../../src/draft/draft.ts';
import { openNestedTrial } from '../../src/mapping/nested/document.ts';
import { temporaryFolder, xmlfan } from '../support/cli.ts';

function draftOf(documents: readonly string[], options: DraftOptions = {}): string {
  const drafter = openDraft();
  for (const document of documents) assert.equal(drafter.add(Buffer.from(document)), null);
  const text = drafter.finish(options);
  const { contract } = parseAnyContract(text, { format: 'yaml' });
  assert.ok(contract.format === 2);
  const trial = openNestedTrial(contract);
  for (const document of documents) {
    const { outcome } = trial({ xml: Buffer.from(document), appId: '1' }, new Date());
    assert.equal(outcome.outcome, 'mapped');
    assert.deepEqual(outcome.issues, []);
  }
  return text;
}

function tablesOf(xml: string): readonly string[] {
  return [...draftOf([xml]).matchAll(/^ +(\w+): # \d+ rows?$/gm)].map(([, name = '']) => name);
}

/** The column of `<v>` in documents that each have one of these. */
function typeFor(values: readonly string[], name = 'v'): string {
  const rows = values.map((value) => `<r><${name}>${value}</${name}></r>`).join('');
  return / \{ from: \S+, (.*?)(?:, required: true)? \}/.exec(draftOf([`<d>${rows}</d>`]))?.[1] ?? '';
}

const TYPES: readonly (readonly [values: readonly string[], type: string, name?: string])[] = [
  [['1', '-20'], 'type: int'],
  [['1', '3000000000'], 'type: bigint'],
  [['1234567890123456789'], 'type: nvarchar(50)'],
  [['007', '8'], 'type: nvarchar(10)'],
  [['+49123'], 'type: nvarchar(20)'],
  [['1', '2.505'], 'type: "decimal(18,3)"'],
  [['12345678901234567890.5'], 'type: "decimal(38,2)"'],
  [['1.5E-3', '2'], 'type: float'],
  [['100', '5'], 'type: "decimal(18,2)"', 'unitPrice'],
  [['5'], 'type: "decimal(18,2)"', 'orderedQuantity'],
  [['12345', '54321'], 'type: nvarchar(10)', 'postalCode'],
  [['1.10'], 'type: nvarchar(10)', 'version'],
  [['true', 'false'], 'type: bit'],
  [['0', '1'], 'type: int'],
  [['0', '1'], 'type: bit', 'isPaid'],
  [['true', '1'], 'type: bit'],
  [['2024-02-29', '1999-01-01'], 'type: date'],
  [['2024-02-29Z', '2024-02-29+01:00'], 'type: datetimeoffset(0)'],
  [['2024-02-29', '2024-02-29T10:00:00'], 'type: datetime2(0)'],
  [['2024-02-29', '2024-02-29T10:00:00.5-05:00'], 'type: datetimeoffset(3), zone: UTC'],
  [['9999-12-31', '0001-01-01T00:00:00Z'], 'type: datetimeoffset(0), zone: UTC'],
  [['9999-12-31T23:00:00-05:00'], 'type: nvarchar(50)'],
  [['2023-02-29'], 'type: nvarchar(20)'],
  [['2024-02-29T10:00:00', '2024-02-29 10:00:00.25'], 'type: datetime2(3)'],
  [['2024-02-29T10:00:00.1234567Z'], 'type: datetimeoffset(7)'],
  [['2024-02-29T10:00:00.12345678Z'], 'type: nvarchar(100)'],
  [['2024-02-29T10:00:00', '2024-02-29T10:00:00Z'], 'type: datetimeoffset(0), zone: UTC'],
  [['10:00:00'], 'type: time(0)'],
  [['10:00:00'], 'type: nvarchar(20)', 'duration'],
  [['29.2.2024', '01.12.2024'], 'type: date, format: d.M.yyyy'],
  [['29.2.2023'], 'type: nvarchar(20)'],
  [['02/03/2024', '31/01/2024'], 'type: date, format: d/M/yyyy'],
  [['02/03/2024', '1/31/2024'], 'type: date, format: M/d/yyyy'],
  [['02/03/2024', '01/02/2024'], 'type: nvarchar(20)'],
  [['20240229'], 'type: int'],
  [['20240229101530', '20240301'], 'type: datetime2(0), format: hl7'],
  [['20249929101530'], 'type: bigint'],
  [['2024', '1999'], 'type: nvarchar(20)', 'date'],
  [['2024', '1999'], 'type: int', 'year'],
  [['214748365'], 'type: bigint'],
  [['20240229'], 'type: date, format: yyyyMMdd', 'birthDate'],
  [['20240229101530+0100'], 'type: datetimeoffset(0), format: hl7'],
  [['20240229', '202402291015', '20240229101530.25-0500'], 'type: datetimeoffset(3), format: hl7, zone: UTC'],
  [['20240229', '20240229101530'], 'type: datetime2(0), format: hl7', 'effectiveTime'],
  [['Mon, 06 Sep 2021 16:45:00 +0000', '6 Sep 21 16:45 EST'], 'type: datetimeoffset(0), format: rfc822'],
  [['Mon, 06 Sep 2021 16:45:00'], 'type: nvarchar(50)'],
  [['May'], 'type: nvarchar(10)'],
  [['2024-02-29'], 'type: nvarchar(20)', 'version'],
  [['1984'], 'type: nvarchar(10)', 'bookTitle'],
  [['2024-02-29'], 'type: date', 'referenceDate'],
  [['235d1eb5-8dd7-4c1a-8ece-559df8c67da1'], 'type: uniqueidentifier'],
  [['1', 'x'], 'type: nvarchar(10)'],
  [['x'.repeat(2001)], 'type: nvarchar(max)'],
];

describe('types of a draft', () => {
  for (const [values, type, name] of TYPES) {
    test(`${name ?? 'values'} ${values.join(', ').slice(0, 60)}: ${type}`, () => {
      assert.equal(typeFor(values, name), type);
    });
  }

  test('numbers of one name are of one type wherever they stand', () => {
    const text = draftOf(['<d><p lat="1.25"/><p lat="2"/><q lat="3"/></d>']);
    assert.equal(text.match(/from: \S*@lat"?, type: "decimal\(18,2\)"/g)?.length, 2);
  });
});

describe('names of a draft', () => {
  test('are in snake case, of any script', () => {
    const names = ['PstlAdr', 'XMLHttpRequest', 'bom-ref', 'ID', 'Größe_x', 'наименованиеТовара', '_.-'];
    assert.deepEqual(names.map(snakeCase), [
      'pstl_adr',
      'xml_http_request',
      'bom_ref',
      'id',
      'größe_x',
      'наименование_товара',
      'x',
    ]);
    assert.deepEqual(['line', 'entry', 'day', 'box', 'tx_dtls', 'größe'].map(pluralOf), [
      'lines',
      'entries',
      'days',
      'boxes',
      'tx_dtls',
      'größes',
    ]);
  });

  test('say as much of their path as tells them apart', () => {
    const columns = [
      ['seller', 'party', 'address', 'city'],
      ['buyer', 'party', 'address', 'city'],
      ['party_name', 'name'],
      ['id'],
      ['id'],
    ].map((parts) => ({ parts }));
    assert.deepEqual(nameColumns(columns, new Set(['id'])), [
      'seller_address_city',
      'buyer_address_city',
      'party_name',
      'id_2',
      'id_3',
    ]);
  });

  test('of values in attributes called value are those of the elements, and of bounds those of what they bound', () => {
    const row =
      '<p><id value="7"/><validTime><low value="20240101"/><high value="20241231"/></validTime><size value="1" unit="m"/><name value="a">b</name><tag value="x"/></p>';
    const text = draftOf([`<r>${row}${row}</r>`]);
    assert.deepEqual(
      [...text.matchAll(/^ +(\w+): +\{ from: "?([^,"]+)"?, type: ([^,}]+)/gm)].map(([, name, from, type]) => [
        name,
        from,
        type?.trim(),
      ]),
      [
        ['id', 'id/@value', 'int'],
        ['valid_time_low', 'validTime/low/@value', 'date'],
        ['valid_time_high', 'validTime/high/@value', 'date'],
        ['size', 'size/@value', 'int'],
        ['size_unit', 'size/@unit', 'nvarchar(10)'],
        ['name_value', 'name/@value', 'nvarchar(10)'],
        ['name', 'name', 'nvarchar(10)'],
        ['tag', 'tag/@value', 'nvarchar(10)'],
      ],
    );
  });

  test('never collide with keys, with each other or by case alone', () => {
    const text = draftOf([
      '<List document_id="1" state="a"><state>b</state><line line_no="1" Line_No="2"><ID>1</ID><id>2</id></line><line/></List>',
    ]);
    assert.match(text, /document_id_attribute: +\{ from: "?@document_id"?,/);
    assert.match(text, /state_attribute: +\{ from: "?@state"?,[^]* state: +\{ from: state,/);
    assert.match(text, /position: line_no\n[^]*line_no_attribute_2: [^]*id_2: /);
  });

  test('of tables say what is around them only where they must, and never a word twice', () => {
    const suite = '<testsuite name="a"><testsuite name="b"/><testsuite name="c"/></testsuite>';
    assert.deepEqual(tablesOf(`<testsuites tests="3">${suite}${suite}</testsuites>`), [
      'testsuites',
      'testsuite',
      'sub_testsuites',
    ]);
    const keywords = '<MD_Keywords><keyword>x</keyword><keyword>y</keyword></MD_Keywords>';
    const entry = `<entry>1<act><entry>2</entry><entry>3</entry></act><keyword>k</keyword><keyword>l</keyword>${keywords}</entry>`;
    assert.deepEqual(tablesOf(`<section title="s">${entry.replace('1<', '<')}${entry.replace('1<', '<')}</section>`), [
      'sections',
      'entries',
      'act_entries',
      'keywords',
      'md_keywords',
    ]);
  });

  test('of what stands in elements called value are those around them', () => {
    const row = '<t><price><value unit="EUR">5.5</value><note id="F1"/></price><size>1<!-- --></size></t>';
    assert.match(draftOf([`<d>${row}${row}</d>`]), /price_unit: [^]* price: +\{ from: price\/value,[^]*note_id: /);
  });
});

/** An element with 200 others in it. */
function wide(name: string): string {
  return `<${name}>${Array.from({ length: 200 }, (_, i) => `<c${i}>${i}</c${i}>`).join('')}</${name}>`;
}

describe('a draft', () => {
  test('keeps mixed text whole, and elements in themselves by levels', () => {
    const text = draftOf(['<a><p>x <b>y</b></p><s><s><s><s><s>deep</s></s></s></s></s></a>']);
    assert.match(text, /p: +\{ from: p, type: xml \} # 1 of 1, text and elements mixed/);
    assert.match(text, /from: s\/s\/s\/s, type: xml \} # 1 of 1, elements of one name in each other/);
  });

  test('keeps markup whole, unless rows in it are asked for', () => {
    const xml =
      '<n><text><table><tr><td>1</td><td>2</td></tr></table><paragraph>x</paragraph></text><div xmlns="http://www.w3.org/1999/xhtml"><x>y</x><x>z</x></div>' +
      '<item><p>a <i>b</i></p><note>c</note></item><p lat="1"><b>1</b></p></n>';
    const text = draftOf([xml]);
    assert.match(text, /text: +\{ from: text, type: xml \} # 1 of 1, markup;/);
    assert.match(text, /div: +\{ from: div, type: xml \} # 1 of 1, markup;/);
    assert.match(text, /item_note: +\{ from: item\/note,/);
    assert.match(text, /p_lat: +\{ from: p\/@lat,/);
    assert.match(draftOf(['<table><tr><td>1</td><td>2</td></tr><tr/></table>']), /tds: # 2 rows\n/);
    const asked = draftOf([xml], { tables: [{ name: 'cells', path: 'tr/td' }] });
    assert.match(asked, /cells: # 2 rows\n +each: text\/table\/tr\/td\n/);
    const mixed = draftOf(['<n><t>a <b>b</b><b>c</b></t></n>'], { tables: [{ name: 'bold', path: 't/b' }] });
    assert.match(mixed, /t: +\{ from: t, type: xml \}[^]*bold: # 2 rows\n +each: t\/b\n/);
  });

  test('makes rows of what stands in a list of its name, and of elements in themselves', () => {
    const text = draftOf(['<o><lines><line><sku>a</sku></line></lines><part><part n="1"/></part><part/></o>']);
    assert.match(text, /each: lines\/line\n/);
    assert.match(text, /parts:.*\n +each: part\n[^]*sub_parts:.*\n +each: part\n/);
  });

  test('requires what all rows have, if there are several', () => {
    const text = draftOf(['<d><r a="1" b="2"/><r a="2"/></d>', '<d one="1"><r a="3" b=""/></d>']);
    assert.match(text, /a: \{ from: "?@a"?, type: int, required: true \} # 3 of 3/);
    assert.match(text, /b: \{ from: "?@b"?, type: int \} # 1 of 3/);
  });

  test('tells what may be keys: of rows within a parent, and of documents', () => {
    const text = draftOf([7, 8].map((id) => `<d id="${id}" kind="x"><l id="1" k="a"/><l id="2" k="a"/></d>`));
    assert.match(text, /# candidate for document\.id, different in all samples: `id: "@id"` \(int\)/);
    assert.doesNotMatch(text, /@kind`/);
    assert.match(text, /`unique: \[id\]` instead of position/);
    assert.doesNotMatch(text, /unique: \[k\]/);
  });

  test('tells apart elements of one name in two namespaces only where they stand side by side', () => {
    const apart = draftOf(['<d xmlns="urn:1"><a>1</a></d>', '<d xmlns="urn:2"><a>2</a></d>']);
    assert.doesNotMatch(apart, /namespaces:/);
    const beside = draftOf(['<d xmlns="urn:1" xmlns:p="urn:2" p:k="1"><a>1</a><p:a>2</p:a></d>']);
    assert.match(beside, /namespaces:\n {2}p: "urn:2"\n/);
    assert.match(beside, /p_a: +\{ from: "?p:a"?,/);
    const third = draftOf([
      '<d xmlns:p="urn:2"><a>1</a><p:a>2</p:a></d>',
      '<d xmlns:p="urn:3"><p:a>a longer text</p:a></d>',
    ]);
    assert.match(third, /"none:a", type: int [^]*"p:a", type: int [^]*"p2:a", type: nvarchar\(50\) /);
    const bare = draftOf(['<d xmlns:p="urn:2"><a>1</a><p:a>2</p:a></d>']);
    assert.match(bare, /namespaces:\n {2}none: ""\n {2}p: "urn:2"\n/);
    assert.match(bare, / a: +\{ from: "none:a", [^]* p_a: +\{ from: "p:a", /);
  });

  test('notes where an empty element stands, and leaves out what is always there or says nothing', () => {
    const text = draftOf([
      '<d xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b"><always/><flag/><n xsi:nil="true"/><e k=""/></d>',
      '<d><always/><v>1</v></d>',
    ]);
    assert.match(text, /flag: +\{ from: flag, take: count, type: int \} # 1 of 2, always empty/);
    assert.match(text, /# Left out:\n#.*@xsi:schemaLocation: says where the schema is\n/);
    assert.match(text, /\n# {3}\/d\/always: always there and always empty\n/);
    assert.match(text, /\n# {3}\/d\/e\/@k: always blank\n/);
  });

  test('gives wide elements tables of their own, and keeps names that are data whole', () => {
    const text = draftOf([`<d>${wide('x')}${wide('y')}</d>`]);
    assert.match(text, /xes: # 1 row\n {8}each: x\n {8}columns:/);
    const data = draftOf([`<d><m>${Array.from({ length: 1000 }, (_, i) => `<k${i}>v</k${i}>`).join('')}</m></d>`]);
    assert.match(data, /from: m, type: xml \} # 1 of 1, more names in it/);
  });

  test('makes the rows and tables that are asked for', () => {
    const documents = ['<f><t>T</t><e><n>1</n><p>2</p></e></f>'];
    const text = draftOf(documents, { rows: '/f/e', tables: [{ name: 'phones', path: 'e/p' }] });
    assert.match(text, /tables:\n {2}es: # 1 row\n {4}each: \/f\/e\n {4}position: e_no\n/);
    assert.match(text, /phones: # 1 row\n {8}each: p\n {8}position: p_no/);
    assert.match(text, /# {3}\/f\/t: outside of --rows\n/);
    assert.throws(
      () => draftOf(documents, { rows: '/f/x', tables: [{ name: 'a', path: 'm' }] }),
      /--tables a m: the samples have no such element[^]*--rows \/f\/x: the samples have no such element/,
    );
  });

  test('takes prefixes of the samples in paths that are asked for', () => {
    const documents = ['<c xmlns:i="urn:i"><e><t>1</t><i:t k="1">2</i:t></e><i:e><u>3</u></i:e></c>'];
    const named = (path: string) => draftOf(documents, { tables: [{ name: 'ts', path }] });
    for (const path of ['e/i:t', '/c/e/i:t']) assert.match(named(path), /ts: # 1 row\n +each: "none:e\/i:t"\n/);
    assert.throws(() => named('e/t'), /may be \/c\/e\/t, \/c\/e\/i:t/);
  });

  test('is made of gzipped files and standard input; what cannot be read is told', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, '1.xml.gz'), gzipSync('<a><n>1</n></a>'));
    writeFileSync(join(folder, '2.xml'), '<a><n>');
    const { status, stdout, stderr } = await xmlfan(['draft', folder, '-'], { stdin: '<a><n>2</n></a>' });
    assert.equal(status, 3);
    assert.match(stdout, /n: \{ from: n, type: int, required: true \} # 2 of 2/);
    assert.match(stderr, /^left out .*2\.xml: .*line 1, column/m);
    const nothing = await xmlfan(['draft', join(folder, '2.xml')]);
    assert.equal(nothing.status, 2);
    assert.match(nothing.stderr, /none of 1 file can be read/);
  });
});

const XSD = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:o">
  <xs:include schemaLocation="types.xsd"/><xs:import schemaLocation="http://example.org/far.xsd"/>
  <xs:element name="order"><xs:complexType><xs:sequence>
    <xs:element ref="no"/><xs:element name="note" type="xs:string" minOccurs="0"/>
    <xs:choice><xs:element name="net" type="xs:decimal"/><xs:element name="gross" type="xs:decimal"/></xs:choice>
    <xs:group ref="lines" maxOccurs="unbounded"/>
  </xs:sequence><xs:attributeGroup ref="marks"/></xs:complexType></xs:element>
  <xs:element name="no" type="number"/>
  <xs:group name="lines"><xs:sequence><xs:element name="line" type="line"/></xs:sequence></xs:group>
  <xs:attributeGroup name="marks"><xs:attribute name="currency" type="currency" use="required"/></xs:attributeGroup>
</xs:schema>`;
const TYPES_XSD = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:simpleType name="number"><xs:restriction base="xs:token"><xs:maxLength value="12"/></xs:restriction></xs:simpleType>
  <xs:simpleType name="currency"><xs:restriction base="xs:string"><xs:enumeration value="EUR"/><xs:enumeration value="USD"/></xs:restriction></xs:simpleType>
  <xs:complexType name="thing"><xs:sequence><xs:element name="price" type="amount"/></xs:sequence></xs:complexType>
  <xs:complexType name="line"><xs:complexContent><xs:extension base="thing"><xs:sequence><xs:element name="part" type="line" minOccurs="0" maxOccurs="9"/></xs:sequence><xs:attribute name="wrong" type="xs:int"/></xs:extension></xs:complexContent></xs:complexType>
  <xs:complexType name="amount"><xs:simpleContent><xs:extension base="exact"><xs:attribute name="unit" type="xs:string"/></xs:extension></xs:simpleContent></xs:complexType>
  <xs:simpleType name="exact"><xs:restriction base="xs:decimal"><xs:totalDigits value="9"/><xs:fractionDigits value="4"/></xs:restriction></xs:simpleType>
</xs:schema>`;

describe('a draft by a schema', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'order.xsd'), XSD);
  writeFileSync(join(folder, 'types.xsd'), TYPES_XSD);
  writeFileSync(
    join(folder, 'sample.xml'),
    '<order currency="EUR"><no>1</no><note>x</note><net>5</net><line wrong="no"><price unit="kg">2</price><part><price>1</price></part></line></order>',
  );

  test('knows what may repeat and must be there, and types, which do not overrule what was seen', async () => {
    const { status, stdout } = await xmlfan(['draft', join(folder, 'sample.xml'), '--xsd', join(folder, 'order.xsd')]);
    assert.equal(status, 0);
    const columns = Object.fromEntries(
      [...stdout.matchAll(/^ +(\w+): +\{ from: .*?, (type: .*?) \} #/gm)].map(([, name = '', rest]) => [name, rest]),
    );
    assert.deepEqual(columns, {
      currency: 'type: nvarchar(3), required: true',
      no: 'type: nvarchar(12), required: true',
      note: 'type: nvarchar(10)',
      net: 'type: "decimal(18,2)"',
      wrong: 'type: nvarchar(10)',
      price_unit: 'type: nvarchar(10)',
      price: 'type: "decimal(18,4)", required: true',
    });
    assert.match(stdout, /each: line\n +position: line_no\n[^]*each: part\n +position: part_no\n/);
  });

  test('names every schema that cannot be read', async () => {
    const { status, stderr } = await xmlfan(['draft', join(folder, 'sample.xml'), '--xsd', join(folder, 'no.xsd')]);
    assert.equal(status, 2);
    assert.match(stderr, /The schema cannot be read:\n.*no\.xsd: ENOENT/);
  });
});
