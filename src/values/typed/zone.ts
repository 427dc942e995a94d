const DAY_MS = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Whether this is a time zone of the IANA database. */
export function isZoneName(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * Minutes east of UTC of a local time in a zone. An hour that the clocks skip has none: NaN. Of one that they run through
 * twice the earlier counts. `day` counts from 1970-01-01, `second` from midnight.
 */
export function offsetMinutes(name: string, day: number, second: number): number {
  const local = day * DAY_MS + second * 1000;
  // Offsets change by hours, so those of half a day before and after are the only ones that can hold.
  const candidates = [offsetAt(name, local - DAY_MS / 2), offsetAt(name, local + DAY_MS / 2)];
  const holding = candidates.filter((offset) => offsetAt(name, local - offset * 60_000) === offset);
  return holding.length === 0 ? Number.NaN : Math.round(Math.max(...holding));
}

function offsetAt(name: string, utc: number): number {
  const parts = Object.fromEntries(
    formatOf(name)
      .formatToParts(utc)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return (Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(utc / 1000) * 1000) / 60_000;
}

function formatOf(name: string): Intl.DateTimeFormat {
  const known = formats.get(name);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    hourCycle: 'h23',
    calendar: 'gregory',
    numberingSystem: 'latn',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(name, format);
  return format;
}
