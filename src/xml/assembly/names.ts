// Names as numbers: a hash table of the plan's names, to which a document adds its own and takes them away again.
// Names are found by their first and last eight bytes and their length; hashed as if in lower case, so that an attribute
// that a contract asks for is found in any spelling.
import { ADDED, HINTS, MAX_ADDED } from './memory';
import { isSame, isSameInAnyCase } from './bytes';

/** Flags of a name: its elements count at any depth; with all below them; such attributes are kept; they count. */
export const ANYWHERE: i32 = 1;
export const WHOLE_BELOW: i32 = 2;
export const WANTED: i32 = 4;
export const WATCHED: i32 = 8;

/** Words of an entry, behind its first and last eight bytes. */
const LENGTH: usize = 16;
const ID: usize = 20;
const FLAGS: usize = 24;
const SPELLING: usize = 28;
const ENTRY: usize = 32;

const FOLD: u64 = 0x2020202020202020;

let table: usize = 0;
let mask: u32 = 0;
let planned: i32 = 0;
let count: i32 = 0;

@inline export function idOf(entry: usize): i32 { return load<i32>(entry + ID); }
@inline export function flagsOf(entry: usize): i32 { return load<i32>(entry + FLAGS); }
@inline export function addedNames(): i32 { return count - planned; }

/** Room for a table of `size` (a power of two) entries at `at`; where it ends. */
export function openNames(at: usize, size: i32): usize {
  table = at;
  mask = size - 1;
  planned = 0;
  count = 0;
  const end = at + usize(size) * ENTRY;
  memory.fill(at, 0, end - at);
  memory.fill(HINTS, 0, 4096);
  return end;
}

/** Adds the plan's next name; one of no letters only counts. */
export function planName(p: usize, length: i32, flags: i32): void {
  if (length == 0) count++;
  else {
    insert(p, length, flags);
    store<u8>(HINTS + hint(p, length), 1);
  }
  planned = count;
}

/** Takes away what a document added. */
export function forgetAdded(): void {
  for (let i = 0; i < count - planned; i++) store<i32>(usize(load<u32>(ADDED + usize(i) * 12)) + LENGTH, 0);
  count = planned;
}

@inline function bytesMask(length: i32): u64 { return length >= 8 ? ~u64(0) : (u64(1) << u64(length << 3)) - 1; }
@inline function firstEight(p: usize, length: i32): u64 { return load<u64>(p) & bytesMask(length); }
@inline function lastEight(p: usize, length: i32): u64 { return length > 8 ? load<u64>(p + length - 8) : 0; }
@inline function slotOf(first: u64, last: u64, length: i32): u32 {
  const folded = (first | FOLD) & bytesMask(length);
  return u32(((folded ^ ((last | FOLD) << 7) ^ u64(length)) * 0x9E3779B97F4A7C15) >> 40) & mask;
}
@inline function hint(p: usize, length: i32): usize {
  const first = load<u32>(p) & (length >= 4 ? 0xffffffff : (1 << (length << 3)) - 1);
  return usize(((first ^ (length << 13)) * 0x9E3779B1) >> 20);
}

/** Whether the plan may have this name: one load turns most others down. */
@inline export function mayBePlanned(p: usize, length: i32): bool {
  return load<u8>(hint(p, length), HINTS) != 0;
}

/** The entry of exactly this name, or 0. */
@inline export function findName(p: usize, length: i32): usize {
  const first = firstEight(p, length);
  const last = lastEight(p, length);
  let slot = slotOf(first, last, length);
  for (;;) {
    const entry = table + usize(slot) * ENTRY;
    const known = load<i32>(entry + LENGTH);
    if (known == 0) return 0;
    if (known == length && load<u64>(entry) == first && load<u64>(entry + 8) == last && (length <= 16 || isSame(p, load<u32>(entry + SPELLING), length))) return entry;
    slot = (slot + 1) & mask;
  }
  return 0;
}

/** The flags of a name of the plan that differs from this one in case only: they are the same for all of them. */
export function flagsInAnyCase(p: usize, length: i32): i32 {
  let slot = slotOf(firstEight(p, length), lastEight(p, length), length);
  for (;;) {
    const entry = table + usize(slot) * ENTRY;
    const known = load<i32>(entry + LENGTH);
    if (known == 0) return 0;
    if (known == length && isSameInAnyCase(p, load<u32>(entry + SPELLING), length)) return flagsOf(entry) & (WANTED | WATCHED);
    slot = (slot + 1) & mask;
  }
  return 0;
}

/** The entry of a name of this document that was not found; 0 if there are too many. */
export function addName(p: usize, length: i32): usize {
  const added = count - planned;
  if (added == MAX_ADDED) return 0;
  const entry = insert(p, length, flagsInAnyCase(p, length));
  store<u32>(ADDED + usize(added) * 12, u32(entry));
  store<u32>(ADDED + usize(added) * 12, u32(p), 4);
  store<i32>(ADDED + usize(added) * 12, length, 8);
  return entry;
}

function insert(p: usize, length: i32, flags: i32): usize {
  const first = firstEight(p, length);
  const last = lastEight(p, length);
  let slot = slotOf(first, last, length);
  while (load<i32>(table + usize(slot) * ENTRY + LENGTH) != 0) slot = (slot + 1) & mask;
  const entry = table + usize(slot) * ENTRY;
  store<u64>(entry, first);
  store<u64>(entry + 8, last);
  store<i32>(entry + LENGTH, length);
  store<i32>(entry + ID, count++);
  store<i32>(entry + FLAGS, flags);
  store<u32>(entry + SPELLING, u32(p));
  return entry;
}
