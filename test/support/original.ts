import assert from 'node:assert/strict';
import type { AnyContract, Contract } from '../../src/contract/contract.ts';

/** A contract that the test knows to be of format 1. */
export function original(contract: AnyContract): Contract {
  assert.ok(contract.format === 1);
  return contract;
}
