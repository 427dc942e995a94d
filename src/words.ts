/** Made when it is needed: what maps documents loads this too. */
let number: Intl.NumberFormat | undefined;

/** `1,234` or `12.5`. */
export function formatNumber(value: number): string {
  number ??= new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });
  return number.format(value);
}

/** `1 document`, `2,000 documents`. */
export function count(value: number, noun: string, plural = `${noun}s`): string {
  return `${formatNumber(value)} ${agree(value, noun, plural)}`;
}

/** What goes with one or with several of something: `agree(2, 'is', 'are')`. */
export function agree(value: number, one: string, several: string): string {
  return value === 1 ? one : several;
}

/** `0.4 s`, `75 s`, `12 min`, `3 h 20 min`: as exact as one wants to read it. */
export function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${formatNumber(seconds)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A word of a command line, in quotes where a shell would take it for something else. */
export function shellWord(text: string): string {
  return /^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
