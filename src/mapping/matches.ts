/** Something that a contract looks for in every document. */
export interface Place {
  /** Null: the document itself. */
  readonly table: string | null;
  /** Null: what gives the table its rows. */
  readonly column: string | null;
  /** The path, as contracts write it, or the name in an expression. */
  readonly path: string;
}

/** Notes whether a place was found where it was looked for. */
export type NoteMatch = (isFound: boolean) => void;

/** Which places of a contract the document that is being mapped has. */
export interface Matches {
  /** Each once, in the order in which the contract was compiled. */
  readonly places: readonly Place[];
  /** Another document begins. */
  readonly begin: () => void;
  /** A digit a place: 0 = it was not looked for, 1 = it was and is not there, 2 = it is there. */
  readonly taken: () => string;
  /** What notes of a place; to be called while the contract is compiled. */
  readonly at: (place: Place) => NoteMatch;
}

/** A mapper has one of these: its documents come one after the other. */
export function openMatches(): Matches {
  const places = new Map<string, Place>();
  const notes = new Map<string, NoteMatch>();
  const digits: number[] = [];
  return {
    get places() {
      return [...places.values()];
    },
    begin: () => void digits.fill(UNASKED),
    taken: () => String.fromCharCode(...digits),
    at(place) {
      const key = JSON.stringify([place.table, place.column, place.path]);
      const known = notes.get(key);
      if (known !== undefined) return known;
      const index = digits.push(UNASKED) - 1;
      const note: NoteMatch = (isFound) => {
        if (isFound) digits[index] = FOUND;
        else if (digits[index] === UNASKED) digits[index] = MISSED;
      };
      places.set(key, place);
      notes.set(key, note);
      return note;
    },
  };
}

/** Reads, and notes whether there was something. */
export function noting<Where>(read: (where: Where) => string | null, note: NoteMatch): (where: Where) => string | null {
  return (where) => {
    const text = read(where);
    note(text !== null);
    return text;
  };
}

/** The codes of the digits. */
const [UNASKED, MISSED, FOUND] = [0x30, 0x31, 0x32] as const;
