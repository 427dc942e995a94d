// In place of the program's own thread: the same, on the clock of the siege.
import './preload.ts';

export * from '../../src/run/map-worker.ts';
