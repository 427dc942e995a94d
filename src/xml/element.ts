/** An element of a document, namespaces removed (spec 3.4). Values are decoded once, neither trimmed nor unescaped again. */
export interface Element {
  /** Local name. */
  readonly name: string;
  /** Local name -> value, in document order. */
  readonly attributes: ReadonlyMap<string, string>;
  /** Text before the first child, CDATA included. */
  readonly text: string;
  readonly children: readonly Element[];
}

/**
 * What a contract can see of a document: all else may be left out of the tree without changing any row.
 * Ancestors of what is kept are kept too, with their attributes and text.
 */
export interface Reach {
  /** Element paths (local names, `/A/B`), each with nothing implied about its descendants. */
  readonly paths: ReadonlySet<string>;
  /** Element names that count at any depth. */
  readonly names: ReadonlySet<string>;
  /** Attribute names (lower case): an element at any depth that carries one, in any case, counts. */
  readonly attributes: ReadonlySet<string>;
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
}

/** The original's limits, and others of our own. */
export const DEFAULT_LIMITS: Limits = {
  maxDepth: 257,
  maxAttributeLength: 10_000_000,
  maxDocumentLength: 256 * 1024 * 1024,
  maxEntityExpansions: 10_000,
};
