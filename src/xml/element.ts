/** An element of a document, namespaces removed (spec 3.4). Values are decoded once, neither trimmed nor unescaped again. */
export interface Element {
  /** Local name. */
  readonly name: string;
  /**
   * Local name -> value, in document order; an unprefixed attribute hides a prefixed one of its local name (spec P07), which is there
   * under its written name `prefix:local` too. Namespace declarations are none.
   */
  readonly attributes: ReadonlyMap<string, string>;
  /** Text before the first child, CDATA included. */
  readonly text: string;
  readonly children: readonly Element[];
}

/**
 * What a contract can see of a document: all else may be left out without changing any row. Ancestors of what is kept
 * are kept too. Names are local names. What is not said is not kept; format 1 says only the first three and `wanted`.
 */
export interface Reach {
  /**
   * Element paths (`/A/B`, where `*` is any name), each with nothing implied about its descendants. The first steps of a
   * path count like the whole: `/A` is in reach where `/A/B` is.
   */
  readonly paths: ReadonlySet<string>;
  /** Element names that count at any depth. */
  readonly names: ReadonlySet<string>;
  /** Attribute names (lower case): an element at any depth that carries one, in any case, counts. */
  readonly attributes: ReadonlySet<string>;
  /** Those of `paths` and `names` whose elements are kept with all that is below them, blank texts and all attributes; `/` is the document. */
  readonly whole?: ReadonlySet<string> | undefined;
  /** Attributes that are kept of elements in reach, in any case, beside those of `attributes`; all of them if not said. */
  readonly wanted?: ReadonlySet<string> | undefined;
  /** Names that have a number in every tape, though nothing is kept for their sake. */
  readonly mentioned?: ReadonlySet<string> | undefined;
  /** Which texts of an element are kept: what is before its first child (the default), or all its text nodes. */
  readonly texts?: 'leading' | 'all' | undefined;
  /** Whether prefixes and namespace declarations are kept: else an attribute without prefix wins over those with one. */
  readonly namespaces?: boolean | undefined;
  /** Whether the place of each element in the source is kept, which the fast reader leaves to the careful one. */
  readonly places?: boolean | undefined;
}

/** Bounds on hostile documents; the defaults are the original's (spec 3.2, P09). */
export interface Limits {
  /** Nesting levels of elements. */
  readonly maxDepth: number;
  /** UTF-16 units of one attribute value. */
  readonly maxAttributeLength: number;
  /** UTF-16 units of one document. */
  readonly maxDocumentLength: number;
  /** Entity replacements in one document. */
  readonly maxEntityExpansions: number;
  /** UTF-16 units that they may add to it. */
  readonly maxEntityLength: number;
}

/** The original's limits, and others of our own. */
export const DEFAULT_LIMITS: Limits = {
  maxDepth: 257,
  maxAttributeLength: 10_000_000,
  maxDocumentLength: 256 * 1024 * 1024,
  maxEntityExpansions: 10_000,
  maxEntityLength: 10_000_000,
};
