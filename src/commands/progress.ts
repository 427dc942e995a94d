import type { Instance } from '../store/port.ts';
import type { Totals } from '../store/totals.ts';
import { renderProgress, sum, summarise, type Bar, type Progress } from './live-view.ts';
import { foldReasons } from './reasons.ts';
import { movesCursor, type Terminal } from './terminal.ts';

/** Shows on stderr how far the instances of a run are. */
export interface ProgressDisplay {
  /** The instances that are to be shown, and how far they were when the run began or went on. */
  readonly plan: (instances: readonly Instance[]) => void;
  readonly step: (step: { readonly instanceId: number; readonly totals: Totals }) => void;
  /** Writes a line, once until the next step: every instance notices a pause. */
  readonly paused: (text: string) => void;
  /** Why documents failed so far, as the log has it. */
  readonly failures: (failures: readonly { readonly reason: string; readonly documents: number }[]) => void;
  /** Writes a line without spoiling what is shown. */
  readonly line: (text: string) => void;
  /** Shows how long something is still waited for, in place of what this said before. */
  readonly countdown: (text: string) => void;
  /** Failed documents so far. */
  readonly failed: () => number;
  readonly close: () => void;
}

/** What is shown, and how: bars on a terminal that can move its cursor, else a line now and then, or events for a program. */
interface View {
  readonly show: (progress: Progress) => void;
  readonly line: (text: string) => void;
  readonly countdown: (text: string) => void;
  readonly close: () => void;
}

/** Opens the display that fits stderr; with `json`, every news is a line of JSON. */
export async function openProgress(
  { env, stderr }: Pick<Terminal, 'env' | 'stderr'>,
  { json = false, now = () => performance.now() }: { readonly json?: boolean; readonly now?: () => number } = {},
): Promise<ProgressDisplay> {
  const view = json
    ? showEvents(stderr)
    : movesCursor(stderr, env)
      ? await showScreen(stderr, now)
      : showLines(stderr, now);
  const bars = new Map<number, Bar>();
  const rate = openRate(now);
  let failures: Progress['failures'] = [];
  let paused = false;
  let timer: NodeJS.Timeout | undefined;
  const show = (): void => {
    const { planned, documents } = sum([...bars.values()]);
    const perMinute = rate.note(documents, paused);
    const left = planned - documents;
    const secondsLeft = perMinute === null || perMinute === 0 || left <= 0 ? null : (left / perMinute) * 60;
    view.show({ bars: [...bars.values()], perMinute, secondsLeft, halted: paused ? 'paused' : null, failures });
  };
  return {
    plan(instances) {
      if (instances.every(({ planned }) => planned === 0)) return;
      for (const { partition, planned, totals } of instances)
        bars.set(partition.instanceId, barOf(partition.instanceId, planned, totals));
      show();
      // A rate falls while nothing comes.
      timer ??= setInterval(show, REFRESH_MS).unref();
    },
    step({ instanceId, totals }) {
      const bar = bars.get(instanceId);
      if (bar === undefined) return;
      paused = false;
      bars.set(instanceId, barOf(instanceId, bar.planned, totals));
      show();
    },
    paused(text) {
      if (paused) return;
      paused = true;
      view.line(text);
      show();
    },
    failures(found) {
      failures = foldReasons(found);
      show();
    },
    line: view.line,
    countdown: view.countdown,
    failed: () => sum([...bars.values()]).failed,
    close() {
      clearInterval(timer);
      view.close();
    },
  };
}

const REFRESH_MS = 1000;

/** How fast documents come. */
interface Rate {
  /** Notes how many there are by now, and returns documents a minute over the last minute that was not paused; null before anything is known. */
  readonly note: (documents: number, paused: boolean) => number | null;
}

const WINDOW_SECONDS = 60;
const SAMPLE_SECONDS = 0.5;

/** Measures on a clock in milliseconds that stands still while paused. */
function openRate(now: () => number): Rate {
  let last = now();
  let seconds = 0;
  let wasPaused = false;
  let samples: { readonly seconds: number; readonly documents: number }[] = [];
  return {
    note(documents, paused) {
      if (!wasPaused) seconds += (now() - last) / 1000;
      [last, wasPaused] = [now(), paused];
      // The last one moves along until it is worth keeping.
      if (seconds - (samples.at(-2)?.seconds ?? -1) < SAMPLE_SECONDS) samples.pop();
      samples.push({ seconds, documents });
      const since = samples.findLastIndex((sample) => sample.seconds <= seconds - WINDOW_SECONDS);
      if (since > 0) samples = samples.slice(since);
      const first = samples[0];
      if (first === undefined || first.seconds === seconds) return null;
      return ((documents - first.documents) / (seconds - first.seconds)) * 60;
    },
  };
}

function barOf(instanceId: number, planned: number, { documents, failed }: Totals): Bar {
  return { instanceId, planned, documents, failed };
}

const FRAME_MS = 100;

/** The library that moves the cursor is loaded only where it is needed. */
async function showScreen(stream: Terminal['stderr'], now: () => number): Promise<View> {
  const { createLogUpdate } = await import('log-update');
  const screen = createLogUpdate(stream);
  let latest: Progress | null = null;
  let due = 0;
  let wait = { text: '', until: 0 };
  const draw = (): void => {
    const size = { columns: stream.columns ?? 80, rows: stream.rows ?? 24 };
    const waits = now() < wait.until ? wait.text.split('\n') : [];
    const room = { ...size, rows: size.rows - waits.length };
    const lines = [...(latest === null ? [] : renderProgress(latest, room)), ...waits];
    if (lines.length > 0) screen(lines.join('\n'));
  };
  return {
    show(progress) {
      latest = progress;
      if (now() < due) return;
      due = now() + FRAME_MS;
      draw();
    },
    line(text) {
      screen.persist(text);
      draw();
    },
    countdown(text) {
      wait = { text, until: now() + WAIT_SHOWN_MS };
      draw();
    },
    close() {
      // What came of it is told in full.
      screen.clear();
      screen.done();
    },
  };
}

/** Longer than from one second of a countdown to the next. */
const WAIT_SHOWN_MS = 2500;
const LINE_EVERY_MS = 5000;

function showLines(stream: Terminal['stderr'], now: () => number): View {
  let next = now() + LINE_EVERY_MS;
  let waitTold = -Infinity;
  const told = new Set<string>();
  const line = (text: string): void => void stream.write(`${text}\n`);
  return {
    show(progress) {
      const news = progress.failures.filter(({ sentence }) => !told.has(sentence));
      for (const { sentence, documents } of news) line(`${documents} failed so far: ${sentence}`);
      for (const { sentence } of news) told.add(sentence);
      if (now() < next) return;
      next = now() + LINE_EVERY_MS;
      line(summarise(progress));
    },
    line,
    countdown(text) {
      if (now() < waitTold + WAIT_EVERY_MS) return;
      waitTold = now();
      line(text);
    },
    close: () => undefined,
  };
}

/** A file need not tell each second. */
const WAIT_EVERY_MS = 30_000;
const EVENT_EVERY_MS = 1000;

function showEvents(stream: Terminal['stderr']): View {
  let next = 0;
  const tell = (event: string, fields: object): void => tellEvent({ stderr: stream }, event, fields);
  let latest: Progress | null = null;
  return {
    show(progress) {
      latest = progress;
      if (performance.now() < next) return;
      next = performance.now() + EVENT_EVERY_MS;
      tell('progress', toEvent(progress));
    },
    line: (text) => tell('message', { text }),
    countdown: (text) => tell('waiting', { text }),
    close() {
      if (latest !== null) tell('progress', toEvent(latest));
    },
  };
}

/** Writes news for a program: a line of JSON on stderr. */
function tellEvent({ stderr }: Pick<Terminal, 'stderr'>, event: string, fields: object): void {
  stderr.write(`${JSON.stringify({ event, time: new Date().toISOString(), ...fields })}\n`);
}

function toEvent({ bars, perMinute, secondsLeft, halted, failures }: Progress): object {
  return {
    ...sum(bars),
    per_minute: perMinute === null ? null : Math.round(perMinute),
    seconds_left: secondsLeft === null ? null : Math.round(secondsLeft),
    paused: halted !== null,
    instances: bars.map(({ instanceId, ...bar }) => ({ instance_id: instanceId, ...bar })),
    failures,
  };
}
