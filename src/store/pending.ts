import { FIRST_ID, LAST_ID } from '../document-id.ts';
import type { Names } from './names.ts';
import type { Bounds } from './partition.ts';

/** `FROM … WHERE`: documents (alias `s`) that are not NULL and not logged (spec 12.1); the same text on both engines. */
export function pending(names: Names): string {
  return `FROM ${joined(names)} WHERE s.${names.xml} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ${names.log} l WHERE l.app_id = s.app_id)`;
}

/** The source table (alias `s`), joined as the contract says. */
export function joined(names: Names): string {
  return names.application === null
    ? `${names.rows} s`
    : `${names.rows} s JOIN ${names.application} a ON a.${names.on} = s.app_id`;
}

/** First and last id within bounds. Open ends are the ends of 64 bits, so that the condition stays a range of the key. */
export function boundValues({ start, end }: Bounds): [bigint, bigint] {
  return [
    larger(start === null ? FIRST_ID : BigInt(start), FIRST_ID),
    smaller(end === null ? LAST_ID : BigInt(end), LAST_ID),
  ];
}

/** The first id after a cursor, but none before `start`. */
export function afterCursor(cursor: string | null, start: bigint): bigint {
  return cursor === null ? start : larger(start, BigInt(cursor) + 1n);
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
