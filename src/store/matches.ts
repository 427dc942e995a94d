/** Something that a contract looks for: a path, or a name in an expression. Without a column, what gives a table its rows. */
export interface Place {
  readonly table: string | null;
  readonly column: string | null;
  readonly path: string;
}

/** What of the places of its contract a document has. */
export interface Matches {
  readonly places: readonly Place[];
  /** One a place: 0 = it was not looked for, 1 = it is not there, 2 = it is. */
  readonly digits: string;
}

/** What no document has had so far of all that a contract looks for. */
export interface Unmatched {
  /** Looked for and not there. */
  readonly missed: readonly Place[];
  /** Not looked for, since nothing has asked for it yet. */
  readonly unasked: readonly Place[];
}

/** What has not been found so far, once more documents are added. Only what is left is looked for; many documents have the same. */
export function addMatches(unmatched: Unmatched | null, seen: readonly Matches[]): Unmatched | null {
  const [first] = seen;
  if (first === undefined) return unmatched;
  const { places } = first;
  const patterns = [...new Set(seen.map(({ digits }) => digits))];
  const before = { missed: keysOf(unmatched?.missed ?? []), unasked: keysOf(unmatched?.unasked ?? places) };
  const missed: Place[] = [];
  const unasked: Place[] = [];
  places.forEach((place, index) => {
    const key = JSON.stringify(place);
    const wasMissed = before.missed.has(key);
    if ((!wasMissed && !before.unasked.has(key)) || patterns.some((digits) => digits[index] === FOUND)) return;
    const isMissed = wasMissed || patterns.some((digits) => digits[index] === MISSED);
    (isMissed ? missed : unasked).push(place);
  });
  return { missed, unasked };
}

const [MISSED, FOUND] = ['1', '2'] as const;

function keysOf(places: readonly Place[]): ReadonlySet<string> {
  return new Set(places.map((place) => JSON.stringify(place)));
}
