/**
 * A path of contract format 2 (docs/contract.md, Paths): a part of XPath 1.0 in its short form. Prefixes are resolved, so that
 * two paths are equal if they find the same.
 */
export interface Path {
  /** Where it begins: at the row's element, at an ancestor of it, or at the document. */
  readonly start: PathStart;
  readonly steps: readonly PathStep[];
  /** What is read of a find: its value, or its local name. */
  readonly reads: 'value' | 'name';
}

export type PathStart =
  /** `levels` above the row's element: 0 is the element itself, 1 its parent (`..`). */
  | { readonly kind: 'row'; readonly levels: number }
  /** The nearest ancestor of the row's element that fits. */
  | { readonly kind: 'ancestor'; readonly test: NameTest; readonly conditions: readonly PathCondition[] }
  | { readonly kind: 'document' };

/**
 * `child`, `attribute` and `text` step down by one. `deep` stands for `//`: the nodes themselves and all below them, so that the
 * step behind it counts its positions among the children of each, as XPath does.
 */
export type PathStep =
  | { readonly axis: 'child' | 'attribute'; readonly test: NameTest; readonly predicates: readonly Predicate[] }
  | { readonly axis: 'text'; readonly predicates: readonly Predicate[] }
  | { readonly axis: 'deep' };

/** Which names fit. Of an element, a name without prefix fits in any namespace; of an attribute, only where it has no prefix. */
export interface NameTest {
  /** Null is `*`. */
  readonly local: string | null;
  /** Null = any namespace; the empty text = none. */
  readonly namespace: string | null;
}

/** Predicates apply in turn, and each numbers anew what the one before has left. */
export type Predicate =
  /** Counts from 1. */
  { readonly kind: 'position'; readonly position: number } | { readonly kind: 'last' } | PathCondition;

/** Compares trimmed text; with several finds any of them is enough, also for `!=`. */
export type PathCondition =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly PathCondition[] }
  | { readonly kind: 'not'; readonly operand: PathCondition }
  | { readonly kind: 'exists'; readonly path: Path }
  | { readonly kind: TextTest; readonly path: Path; readonly text: string };

export type TextTest = '=' | '!=' | 'starts-with' | 'contains';
