// Figures and times as people read them. All texts that stand for "nothing" are an en dash.

const NONE = '–';

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/**
 * @param {number | null | undefined} value
 * @returns {string} grouped by thousands, without a fraction
 */
export function formatCount(value) {
  return value === null || value === undefined ? NONE : whole.format(value);
}

/**
 * @param {number | null} count
 * @param {string} noun in the singular
 * @param {string} [nouns] in the plural
 */
export function countOf(count, noun, nouns = `${noun}s`) {
  return `${formatCount(count)} ${count === 1 ? noun : nouns}`;
}

/**
 * A share in percent with one digit, never rounded up to all.
 * @param {number} part
 * @param {number} all
 */
export function formatShare(part, all) {
  if (all === 0) return '0';
  const percent = (part / all) * 100;
  if (percent > 0 && percent < 0.1) return '< 0.1';
  return part === all ? '100' : Math.min(99.9, percent).toFixed(1);
}

/**
 * Rounded down, so that 100 means all.
 * @param {number | null} percent
 */
export function formatPercent(percent) {
  if (percent === null) return NONE;
  return percent >= 100 ? '100' : (Math.floor(percent * 10 + 1e-9) / 10).toFixed(1);
}

/**
 * e.g. `< 1 s`, `41 s`, `2 min 08 s`, `7 h 47 min`, `16 d 3 h`.
 * @param {number | null} seconds
 */
export function formatDuration(seconds) {
  if (seconds === null) return NONE;
  const total = Math.max(0, Math.round(seconds));
  if (total === 0 && seconds > 0) return '< 1 s';
  if (total < 60) return `${total} s`;
  if (total < 3600) return `${Math.floor(total / 60)} min ${String(total % 60).padStart(2, '0')} s`;
  const minutes = Math.floor(total / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
  return `${Math.floor(minutes / 1440)} d ${Math.floor((minutes % 1440) / 60)} h`;
}

/**
 * The time of day; before today with the day.
 * @param {string | number} moment
 * @param {{ seconds?: boolean, now?: number }} [options]
 */
export function formatTime(moment, { seconds = false, now = Date.now() } = {}) {
  const date = new Date(moment);
  if (Number.isNaN(date.getTime())) return NONE;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}${seconds ? `:${two(date.getSeconds())}` : ''}`;
  const today = new Date(now);
  if (date.toDateString() === today.toDateString()) return time;
  const year = date.getFullYear() === today.getFullYear() ? '' : ` ${date.getFullYear()}`;
  return `${date.getDate()}\u00a0${MONTHS[date.getMonth()]}${year} ${time}`;
}

/** @param {number} value */
function two(value) {
  return String(value).padStart(2, '0');
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * Labels of an axis: with seconds where minutes would not tell neighbours apart, with the day only where another one begins; what
 * says the same as the one before says nothing.
 * @param {readonly number[]} moments milliseconds since 1970, in ascending order
 * @param {number} [now]
 */
export function formatTimes(moments, now = Date.now()) {
  const seconds = moments.some((moment, at) => at > 0 && moment - (moments[at - 1] ?? 0) < 60_000);
  const labels = moments.map((moment) => formatTime(moment, { seconds, now }).split(/ (?=\S+$)/));
  return labels.map((label, at) => {
    const [time = '', day = ''] = label.toReversed();
    const [before, dayBefore = ''] = labels[at - 1]?.toReversed() ?? [];
    if (day === dayBefore) return time === before ? '' : time;
    return [day, time].filter(Boolean).join(' ');
  });
}

/**
 * How local time differs from UTC, e.g. `UTC+05:30`.
 * @param {Date} date
 */
export function formatOffset(date) {
  const minutes = -date.getTimezoneOffset();
  const clock = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60].map(two).join(':');
  return minutes === 0 ? 'UTC' : `UTC${minutes < 0 ? '-' : '+'}${clock}`;
}

/**
 * With day and zone, for who wants to know exactly.
 * @param {string | number} moment
 */
export function formatFullTime(moment) {
  return new Date(moment).toString();
}

/**
 * The stage of a failure and what it says, from the reason as the log has it.
 * @param {{ reason: string, sentence: string }} failure
 */
export function stageOf({ reason }) {
  const stage = /^([a-z_]+): /.exec(reason)?.[1] ?? '';
  if (stage === '') return 'Failure';
  const words = stage.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * The beginning of a run's id, enough to tell it by.
 * @param {string} runId
 */
export function shortId(runId) {
  return runId.slice(0, 8);
}

/**
 * A column's type as databases write it.
 * @param {import('./answers.js').ContractView['tables'][number]['columns'][number]['type']} type
 */
export function formatType({ kind, length, precision, scale }) {
  const sizes = [length, precision, scale].filter((size) => size !== undefined && size !== null);
  return sizes.length === 0 ? kind : `${kind}(${sizes.join(', ')})`;
}

/**
 * What is wrong, as a sentence where advice follows.
 * @param {{ message: string, advice: string }} fault
 */
export function formatFault({ message, advice }) {
  return advice === '' || /[.!?]$/.test(message) ? message : `${message}.`;
}

/**
 * What the API says of a line that is not ready: the first of several faults, and the command that mends it, if one does.
 * @param {string} detail a sentence, and below it two blanks before each fault and more before its remedy
 * @param {string} line name of the product line
 * @returns {{ text: string, command: readonly string[] | null }}
 */
export function firstFault(detail, line) {
  const [head = '', ...lines] = detail.split('\n');
  const faults = lines.filter((text) => /^ {2}\S/.test(text));
  // Of several remedies the one that does most.
  const remedies = [...detail.matchAll(/`xmlfan ([^`]+)`/g)].map(([, words = '']) => words.split(' '));
  const [words] = remedies.toSorted((a, b) => b.length - a.length);
  const named = words?.includes('--product-line') ? [] : ['--product-line', line];
  const command = words === undefined ? null : [words[0] ?? '', ...named, ...words.slice(1)];
  const more = `There ${faults.length === 2 ? 'is 1' : `are ${faults.length - 1}`} more.`;
  return { text: faults.length < 2 ? detail : `${head} ${faults[0]?.trim()} ${more}`, command };
}
