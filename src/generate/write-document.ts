import type { ElementPlan } from './plan.ts';
import type { Random } from './random.ts';
import { makeValue, type ValuePlan } from './values.ts';

export interface WriteOptions {
  readonly random: Random;
  readonly documentId: string;
  /** Elements that become rows, at most, for each parent; up to 9. */
  readonly rows: number;
  /** Probability of an attribute that may be missing. */
  readonly fullness: number;
  /** Makes all whole numbers far too large for their columns. */
  readonly overflow: boolean;
}

const GAP = '\0';

/** Writes the part of a document that its contract reads, in pieces: whatever stands between two of them is read by no mapping. */
export function writeDocument(root: ElementPlan, options: WriteOptions): readonly string[] {
  const writer = { ...options, rowNumbers: new Map<ElementPlan, number>() };
  return write(root, '\n', 0, writer).trimStart().split(GAP);
}

interface Writer extends WriteOptions {
  readonly rowNumbers: Map<ElementPlan, number>;
}

function write(plan: ElementPlan, indent: string, sibling: number, writer: Writer): string {
  const attributes = writeAttributes(plan, sibling, writer);
  const text = plan.text === null ? '' : escape(makeValue(plan.text, writer.random, idsOf(plan, writer)));
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
  const { random, fullness, overflow } = writer;
  const row = plan.rows === null ? null : (writer.rowNumbers.get(plan) ?? -1) + 1;
  if (row !== null) writer.rowNumbers.set(plan, row);
  const ids = idsOf(plan, writer);
  let written = '';
  for (const [name, { value, required }] of plan.attributes) {
    if (!required && !random.chance(fullness)) continue;
    const typed = name === plan.rows?.typeAttribute ? typeOf(plan, sibling, value) : null;
    const tooLarge = overflow && value.kind === 'integer' ? '99999999999999999999' : null;
    written += ` ${name}="${escape(typed ?? tooLarge ?? makeValue(value, random, ids))}"`;
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

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
