// The paths of a reach as states: which state a name leads to is made ready by the host, see ../reach-plan.ts.

/** Below no path, and the document. */
export const OFF: i32 = 0;
export const DOCUMENT: i32 = 1;

let next: usize = 0;
let width: i32 = 0;
let paths: usize = 0;
let wholes: usize = 0;

/** Lists by state and name, of 16 bits, and by state, of 16 and 8. */
export function openStates(at: usize, states: i32, names: i32): usize {
  next = at;
  width = names + 1;
  paths = next + usize(states) * usize(width) * 2;
  wholes = paths + usize(states) * 2;
  return wholes + usize(states);
}

/** The state of an element named `name` (any number that the plan has not, or -1, for others) in an element of `state`. */
@inline export function stateBelow(state: i32, name: i32): i32 {
  return i32(load<u16>(next + usize(state * width + (name + 1 < width ? name + 1 : 0)) * 2));
}

/** The number of the path that ends in a state, or -1. */
@inline export function pathOf(state: i32): i32 { return i32(load<i16>(paths + usize(state) * 2)); }

@inline export function isWhole(state: i32): bool { return load<u8>(wholes + usize(state)) != 0; }
