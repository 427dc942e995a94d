interface Field {
  readonly min: number;
  readonly max: number;
  /** From `min` on; the scheduler takes any beginning of them, in any case. */
  readonly names?: readonly string[];
}

const MONTHS = 'january february march april may june july august september october november december'.split(' ');
const DAYS = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ');

const FIELDS: readonly Field[] = [
  { min: 0, max: 59 },
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: MONTHS },
  { min: 0, max: 6, names: DAYS },
];

/**
 * Whether the Functions host takes a text as the schedule of a timer: second, minute, hour, day, month and day of the week, each a list of
 * `*`, `value`, `value-value`, any of them with `/step`. What it does not take it drops, and the timer with it, without a failure.
 */
export function isNcrontab(text: string): boolean {
  const parts = text.trim().split(/\s+/);
  return (
    parts.length === FIELDS.length &&
    FIELDS.every((field, index) => (parts[index] ?? '').split(',').every((item) => isItem(item, field)))
  );
}

function isItem(item: string, field: Field): boolean {
  const [range = '', step = '1', ...more] = item.split('/');
  if (more.length > 0 || !/^[1-9]\d{0,2}$/.test(step)) return false;
  const ends = range.split('-');
  return range === '*' || (ends.length <= 2 && ends.every((end) => isValue(end, field)));
}

function isValue(text: string, { min, max, names = [] }: Field): boolean {
  if (/^\d{1,2}$/.test(text)) return Number(text) >= min && Number(text) <= max;
  return text !== '' && names.some((name) => name.startsWith(text.toLowerCase()));
}
