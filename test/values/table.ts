import assert from 'node:assert/strict';

/** Asserts a function by a table of inputs and outputs, with the input in the message. */
export function table<Input, Output>(
  read: (input: Input) => Output,
  rows: readonly (readonly [Input, Output])[],
): void {
  for (const [input, output] of rows) assert.deepEqual(read(input), output, JSON.stringify(input));
}
