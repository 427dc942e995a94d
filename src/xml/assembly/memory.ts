// Where everything lies in the scanner's memory, and the few globals that more than one file changes.
//
//   fixed tables | plan: names, states | document, 64 zeros | text | nodes | attributes | texts | marks
//   0            PLAN                   documentAt           (each as large as the host says: `room` times the document)
//
// Strings are UTF-8. Addresses are never 0, so that 0 says "not mine": the document goes to the careful reader.

/** What a scan hands to the host, as words: see `RESULT` in ../scanner.ts. */
export const RESULT: usize = 0x400;

/** What marks are found by, see marks.ts, and what is wrong in UTF-8, see utf8.ts. */
export const MARKS: usize = 0x800;
export const UTF8: usize = 0x810;

/** Every byte 16 times, see bytes.ts. */
export const EVERY: usize = 0x1000;

/** 1 for what the beginning and the length of some name of the plan make, see names.ts. */
export const HINTS: usize = 0x2000;

/** A frame for each open element. */
export const STACK: usize = 0x3000;
export const FRAME: usize = 32;
export const MAX_DEPTH: i32 = 1000;
// @ts-ignore: a decorator of the language
@inline export function frameAt(depth: i32): usize { return STACK + usize(depth) * FRAME; }
/** Words of a frame: name without `<`, its length; then only of kept elements: state, node, flags, the entry of the local name or 0. */
export const START: usize = 0;
export const LENGTH: usize = 4;
export const STATE: usize = 8;
export const NODE: usize = 12;
export const KEPT: usize = 16;
export const ENTRY: usize = 20;
/** Flags of a kept element: all below is kept; its texts behind the first child are kept too. */
export const WHOLE: i32 = 1;
export const ALL_TEXTS: i32 = 2;

/** Prefixes that are declared, innermost last: number of the name, depth. */
export const DECLARED: usize = STACK + FRAME * 1024;
export const MAX_DECLARED: i32 = 512;

/** Prefixes that attributes of one tag use. */
export const USED: usize = DECLARED + 8 * 512;
export const MAX_USED: i32 = 128;

/** Names that this document adds to the plan's: entry, address, length. */
export const ADDED: usize = USED + 4 * 128;
export const MAX_ADDED: i32 = 1024;

/** What attributes to look out for are told by, see watch.ts. */
export const BEGINNINGS: usize = ADDED + 12 * 1024;
export const ENDINGS: usize = BEGINNINGS + 0x2000;

export const PLAN: usize = ENDINGS + 0x10000;

/** Bits of what a reach asks for, beside its names and paths. */
export const EVERY_ATTRIBUTE: i32 = 1;
export const TEXTS_OF_ALL: i32 = 2;
export const NAMESPACES: i32 = 4;
export const SOME_WATCHED: i32 = 8;
export const WHOLE_DOCUMENT: i32 = 16;
