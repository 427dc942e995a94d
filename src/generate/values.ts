import type { Contract, Mapping } from '../contract/contract.ts';
import { factsOf, isTextType } from '../contract/data-types.ts';
import type { Random } from './random.ts';
import { words } from './vocabulary.ts';

/** What the values of one attribute (or of an element's text) look like, so that its columns can hold them. */
export type ValuePlan =
  | { readonly kind: 'documentId' | 'rowId' | 'date' | 'time' | 'guid' }
  | { readonly kind: 'choice'; readonly values: readonly [string, ...string[]] }
  | { readonly kind: 'integer'; readonly most: number }
  | { readonly kind: 'decimal'; readonly scale: number; readonly most: number }
  | { readonly kind: 'digits'; readonly length: number }
  /** `likely` are texts that an expression asks for. */
  | { readonly kind: 'text'; readonly length: number; readonly likely: readonly string[] };

const LONGEST_TEXT = 30;

/** The values that suit a mapping; null if it reads none (a calculated column). */
export function planValue(mapping: Mapping, { bitConversions }: Contract): ValuePlan | null {
  const steps = new Set(mapping.steps.map((step) => step.name));
  if (steps.has('enum')) return choice([...(mapping.enumeration?.keys() ?? [])]) ?? text(LONGEST_TEXT);
  if (steps.has('calculated_field')) return null;
  if (steps.has('char_to_bit')) return choice([...bitConversions.charToBit.keys()]) ?? choice(['Y', 'N']);
  if (steps.has('boolean_to_bit')) return choice([...bitConversions.booleanToBit.keys()]) ?? choice(['true', 'false']);
  if (steps.has('add_indicator')) return choice(['Y', 'N']);
  if (isTextType(mapping.dataType) && (steps.has('numbers_only') || steps.has('extract_numeric'))) {
    return { kind: 'digits', length: Math.min(mapping.length ?? 10, 10) };
  }
  return planType(mapping);
}

/** The values that suit a column's type and length. */
export function planType({ dataType, length }: Mapping): ValuePlan {
  const { sample } = factsOf(dataType);
  switch (sample.kind) {
    case 'integer':
      return sample;
    case 'decimal':
      return { ...sample, scale: Math.min(length ?? 2, 4) };
    case 'bit':
      return { kind: 'choice', values: ['0', '1'] };
    case 'text':
      return text(Math.min(length ?? LONGEST_TEXT, LONGEST_TEXT));
    default:
      return sample;
  }
}

function text(length: number): ValuePlan {
  return { kind: 'text', length, likely: [] };
}

function choice(values: readonly string[]): ValuePlan | null {
  const [first, ...rest] = values.filter((value) => value.trim() !== '');
  return first === undefined ? null : { kind: 'choice', values: [first, ...rest] };
}

const NARROWEST_FIRST: readonly ValuePlan['kind'][] = [
  'documentId',
  'rowId',
  'choice',
  'guid',
  'date',
  'time',
  'integer',
  'decimal',
  'digits',
  'text',
];

/** Values that suit both plans, as far as there are any. */
export function narrow(one: ValuePlan, other: ValuePlan): ValuePlan {
  const [first, second] =
    NARROWEST_FIRST.indexOf(one.kind) <= NARROWEST_FIRST.indexOf(other.kind) ? [one, other] : [other, one];
  if (first.kind === 'choice' && second.kind === 'choice') {
    return choice(first.values.filter((value) => second.values.includes(value))) ?? first;
  }
  if (first.kind === 'text' && second.kind === 'text') {
    return { kind: 'text', length: Math.min(first.length, second.length), likely: [...first.likely, ...second.likely] };
  }
  if (first.kind === 'integer') return { kind: 'integer', most: Math.min(first.most, largest(second)) };
  if (first.kind === 'digits' && 'length' in second)
    return { kind: 'digits', length: Math.min(first.length, second.length) };
  return first;
}

function largest(plan: ValuePlan): number {
  if ('most' in plan) return plan.most;
  return 'length' in plan ? 10 ** plan.length - 1 : Number.MAX_SAFE_INTEGER;
}

/** One value of a plan. The ids are those of the document and of the row being written. */
export function makeValue(
  plan: ValuePlan,
  random: Random,
  ids: { readonly documentId: string; readonly rowId: string },
): string {
  switch (plan.kind) {
    case 'documentId':
    case 'rowId':
      return ids[plan.kind];
    case 'choice':
      return random.pick(plan.values);
    case 'date':
      return makeDate(random);
    case 'time':
      return makeTime(random);
    case 'guid':
      return makeGuid(random);
    case 'integer':
      return String(random.int(1, plan.most));
    case 'decimal':
      return `${random.int(1, plan.most)}.${String(random.int(0, 9999)).padStart(4, '0')}`
        .slice(0, plan.scale - 4 || undefined)
        .replace(/\.$/, '');
    case 'digits':
      return String(random.int(0, 99_999)).padStart(5, '0').repeat(2).slice(0, plan.length);
    default:
      return makeText(plan, random);
  }
}

function makeText(
  { length, likely }: { readonly length: number; readonly likely: readonly string[] },
  random: Random,
): string {
  const [first, ...rest] = likely;
  if (first !== undefined && random.chance(0.5)) return random.pick([first, ...rest]).slice(0, length);
  return words(random, random.int(1, 4)).slice(0, length).trim();
}

function makeDate(random: Random): string {
  const [year, month, day] = [String(random.int(1990, 2025)), twoDigits(random, 1, 12), twoDigits(random, 1, 28)];
  const time = makeTime(random);
  return random.pick([
    `${year}-${month}-${day}`,
    `${month}/${day}/${year}`,
    `${year}-${month}-${day} ${time}`,
    `${year}-${month}-${day}T${time}`,
  ]);
}

function makeTime(random: Random): string {
  return `${twoDigits(random, 0, 23)}:${twoDigits(random, 0, 59)}:${twoDigits(random, 0, 59)}`;
}

function twoDigits(random: Random, least: number, most: number): string {
  return String(random.int(least, most)).padStart(2, '0');
}

/** A GUID in lower case. */
export function makeGuid(random: Random): string {
  return [2, 1, 1, 1, 3]
    .map((pairs) => Array.from({ length: pairs }, () => random.int(0, 0xffff).toString(16).padStart(4, '0')).join(''))
    .join('-');
}
