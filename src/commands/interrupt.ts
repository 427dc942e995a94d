import { EXIT } from './exit.ts';

/** What Ctrl-C asks of a command. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** Gives Ctrl-C back its usual meaning. */
  stopListening(): void;
}

/**
 * The first Ctrl-C (or SIGTERM) asks to stop in good order, and `tell` says so; the second ends the process.
 * So does the first while nothing is `underWay`.
 */
export function listenForInterrupt(tell: (text: string) => void, underWay = () => true): Interrupt {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted || !underWay()) process.exit(EXIT.interrupted);
    controller.abort();
    tell('Stopping after the current batch. Press Ctrl-C again to end at once.');
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    stopListening() {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
