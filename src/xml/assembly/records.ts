// Writes the records of the tape, which ../tape.ts explains. A list that is full takes no more and says so at the end.
import { units } from './values';

const NODE_BYTES: usize = 32;
const ATTRIBUTE_BYTES: usize = 20;
const TEXT_BYTES: usize = 12;
/** Place of `end` in a node. */
const END: usize = 12;

let nodesAt: usize = 0;
let nodes: usize = 0;
let attributesAt: usize = 0;
let attributes: usize = 0;
let textsAt: usize = 0;
let texts: usize = 0;
let textsEnd: usize = 0;
export let isFull: bool = false;

/** Each list ends where the next begins. */
export function openRecords(nodesFrom: usize, attributesFrom: usize, textsFrom: usize, end: usize): void {
  nodesAt = nodes = nodesFrom;
  attributesAt = attributes = attributesFrom;
  textsAt = texts = textsFrom;
  textsEnd = end;
  isFull = false;
}

@inline export function nodeCount(): i32 { return i32((nodes - nodesAt) / NODE_BYTES); }
@inline export function attributeCount(): i32 { return i32((attributes - attributesAt) / ATTRIBUTE_BYTES); }
@inline export function textCount(): i32 { return i32((texts - textsAt) / TEXT_BYTES); }

export function writeNode(name: i32, prefix: i32, parent: i32, step: i32): void {
  if (nodes + NODE_BYTES > attributesAt) { isFull = true; return; }
  store<i32>(nodes, name);
  store<i32>(nodes, prefix, 4);
  store<i32>(nodes, parent, 8);
  store<i32>(nodes, -1, END);
  store<i32>(nodes, attributeCount(), 16);
  store<i32>(nodes, textCount(), 20);
  store<i32>(nodes, step, 24);
  store<i32>(nodes, -1, 28);
  nodes += NODE_BYTES;
}

/** Nothing more comes below a node. */
export function closeNode(node: i32): void {
  store<i32>(nodesAt + usize(node) * NODE_BYTES, nodeCount(), END);
}

/** An attribute whose value lies between the units `from` and `to` of the text, and looks so. */
export function writeAttribute(name: i32, prefix: i32, from: i32, to: i32, form: i32): void {
  if (attributes + ATTRIBUTE_BYTES > textsAt) { isFull = true; return; }
  store<i32>(attributes, name);
  store<i32>(attributes, prefix, 4);
  store<i32>(attributes, from, 8);
  store<i32>(attributes, to, 12);
  store<i32>(attributes, form, 16);
  attributes += ATTRIBUTE_BYTES;
}

/** Takes the last attribute of that name out again, which the open node has. */
export function dropAttribute(name: i32): void {
  let at = attributes - ATTRIBUTE_BYTES;
  while (at > attributesAt && load<i32>(at) != name) at -= ATTRIBUTE_BYTES;
  attributes -= ATTRIBUTE_BYTES;
  memory.copy(at, at + ATTRIBUTE_BYTES, attributes - at);
}

/** A text from the unit `from` to what is copied last. */
export function writeText(from: i32, owner: i32): void {
  if (texts + TEXT_BYTES > textsEnd) { isFull = true; return; }
  store<i32>(texts, from);
  store<i32>(texts, units, 4);
  store<i32>(texts, owner, 8);
  texts += TEXT_BYTES;
}
