/** One thing that is wrong with an input: where it is, what is wrong, and what to do about it. */
export interface Fault {
  /** e.g. `mappings[41].expression, column 17`, `--instance-id`, `XMLFAN_STORE`. */
  readonly place: string;
  readonly message: string;
  /** The remedy, as an imperative sentence; empty if the message already says it. */
  readonly advice: string;
}

/**
 * Bad input or settings: everything found wrong with one input, reported once.
 * The edges turn it into exit status 2 or a problem document.
 */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly faults: readonly Fault[];

  constructor(summary: string, faults: readonly Fault[]) {
    super([summary, ...faults.map(printFault)].join('\n'));
    this.faults = faults;
  }
}

function printFault({ place, message, advice }: Fault): string {
  return `  ${place}: ${message}${advice === '' ? '' : `\n    ${advice}`}`;
}

/** What carries runs out does not answer. */
export class RunnerError extends Error {
  override readonly name = 'RunnerError';
  readonly advice: string;

  constructor(message: string, advice: string, cause: unknown) {
    super(message, { cause });
    this.advice = advice;
  }
}
