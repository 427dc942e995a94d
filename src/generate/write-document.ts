import type { Contract } from '../contract/contract.ts';
import { MALFORMED } from './defects.ts';
import type { DocumentWriter, WriteOptions } from './document-writer.ts';
import { namesOf, planDocuments, type ElementPlan } from './plan.ts';
import { makeValue, type ValuePlan } from './values.ts';

/** Makes documents of a contract of format 1. */
export function openOriginalWriter(contract: Contract): DocumentWriter {
  const root = planDocuments(contract);
  const { applicationId, applicationElement } = contract;
  return {
    names: namesOf(root),
    tag: applicationId.path.slice(applicationId.path.lastIndexOf('/') + 1),
    idAttribute: applicationId.attribute,
    applicationElement: applicationElement?.name ?? null,
    defects: [
      ...MALFORMED,
      'id missing',
      'id not a number',
      'id of another document',
      ...(applicationElement === null ? [] : (['application element missing'] as const)),
      ...(hasNumbers(root) ? (['number out of range'] as const) : []),
    ],
    write: (options) => writeDocument(root, options),
  };
}

function hasNumbers({ attributes, children }: ElementPlan): boolean {
  return (
    [...attributes.values()].some(({ value }) => value.kind === 'integer') || [...children.values()].some(hasNumbers)
  );
}

/** Stands where content may be added that nothing reads. */
export const GAP = '\0';

/** Writes the part of a document that its contract reads, in pieces: whatever stands between two of them is read by no mapping. */
function writeDocument(root: ElementPlan, options: WriteOptions): readonly string[] {
  const writer = { ...options, rowNumbers: new Map<ElementPlan, number>() };
  return write(root, '\n', 0, writer).trimStart().split(GAP);
}

interface Writer extends WriteOptions {
  readonly rowNumbers: Map<ElementPlan, number>;
}

function write(plan: ElementPlan, indent: string, sibling: number, writer: Writer): string {
  const attributes = writeAttributes(plan, sibling, writer);
  const text = plan.text === null ? '' : escapeMarkup(makeValue(plan.text, writer.random, idsOf(plan, writer)));
  const start = `${indent}<${plan.name}${attributes}`;
  if (plan.children.size === 0) return text === '' ? `${start}/>` : `${start}>${text}</${plan.name}>`;
  const gap = plan.rows === null ? GAP : '';
  const children = [...plan.children.values()].map((child) => writeAll(child, `${indent}  `, writer)).join(gap);
  return `${start}>${text}${gap}${children}${gap}${indent}</${plan.name}>`;
}

/** One element, or as many as the document has rows of this kind. */
function writeAll(plan: ElementPlan, indent: string, writer: Writer): string {
  const { random, rows } = writer;
  if (plan.rows === null) return write(plan, indent, 0, writer);
  const most = plan.rows.distinct ? Math.min(plan.rows.types.length, rows + 1) : rows;
  const least = plan.rows.kind === 'contact' ? rows : 0;
  return Array.from({ length: random.int(least, most) }, (_, sibling) => write(plan, indent, sibling, writer)).join('');
}

function writeAttributes(plan: ElementPlan, sibling: number, writer: Writer): string {
  const { random, fullness, defect } = writer;
  const row = plan.rows === null ? null : (writer.rowNumbers.get(plan) ?? -1) + 1;
  if (row !== null) writer.rowNumbers.set(plan, row);
  const ids = idsOf(plan, writer);
  let written = '';
  for (const [name, { value, required }] of plan.attributes) {
    if (!required && !random.chance(fullness)) continue;
    const typed = name === plan.rows?.typeAttribute ? typeOf(plan, sibling, value) : null;
    const tooLarge = defect === 'number out of range' && value.kind === 'integer' ? '99999999999999999999' : null;
    written += ` ${name}="${escapeMarkup(typed ?? tooLarge ?? makeValue(value, random, ids))}"`;
  }
  return written;
}

/** Siblings get one type after the other, since two rows of one parent may not share theirs. */
function typeOf({ rows }: ElementPlan, sibling: number, value: ValuePlan): string | null {
  const types = value.kind === 'choice' ? value.values : (rows?.types ?? []);
  return types[sibling % types.length] ?? null;
}

function idsOf(plan: ElementPlan, { documentId, rowNumbers }: Writer): { documentId: string; rowId: string } {
  return { documentId, rowId: `${documentId}${rowNumbers.get(plan) ?? 0}` };
}

/** As it stands in a text or in a value in double quotes. */
export function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
