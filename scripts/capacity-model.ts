/** What a machine does, measured (`npm run bench`, `npm run capacity -- --check`) and published; docs/capacity.md has the sources. */
export interface Figures {
  /** Milliseconds of one core to scan a KB of a document, whether it is mapped or not. */
  readonly scanMsPerKb: number;
  /** Milliseconds of one core more for each KB that a contract reads: mapping, and making rows of it. */
  readonly mapMsPerKb: number;
  /** Milliseconds of the app's core to send a KB of rows to the database. */
  readonly sendMsPerKb: number;
  /** Milliseconds of the database's cores to write a KB of rows. */
  readonly writeMsPerKb: number;
  /** Bytes of transaction log for each byte of rows: the rows, their indexes, the log row. */
  readonly logBytesPerByte: number;
}

/** What a benchmark's `latest.json` says, as far as it is needed here. */
interface Bench {
  readonly milliseconds_per_document: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

const LARGE = { title: 'read and map, 250 KB, 3 % mapped, personal-loan', kb: 250, share: 0.03 };
const SMALL = { title: 'read and map, 5 KB, all mapped, personal-loan', kb: 5, share: 1 };

/** Two shared cores, November 2026; the database's share is that of a slower server than SQL Server, measured on whole documents. */
export const REFERENCE: Figures = {
  scanMsPerKb: 0.001_72,
  mapMsPerKb: 0.022_9,
  sendMsPerKb: 0.05,
  writeMsPerKb: 0.4,
  logBytesPerByte: 3,
};

/** The figures with reading and mapping as a benchmark measured them: two documents give two unknowns. */
export function figuresOf(bench: Bench): Figures {
  const time = ({ title }: typeof LARGE): number =>
    bench.milliseconds_per_document[title]?.['read and map'] ?? Number.NaN;
  const [large, small] = [time(LARGE), time(SMALL)];
  const mapped = { large: LARGE.kb * LARGE.share, small: SMALL.kb * SMALL.share };
  const determinant = LARGE.kb * mapped.small - SMALL.kb * mapped.large;
  return {
    ...REFERENCE,
    scanMsPerKb: (large * mapped.small - small * mapped.large) / determinant,
    mapMsPerKb: (LARGE.kb * small - SMALL.kb * large) / determinant,
  };
}

/** What is to be converted, and with what. */
export interface Plan {
  readonly documents: number;
  /** Of one document. */
  readonly kb: number;
  /** Which part of it a contract reads. */
  readonly share: number;
  /** Instances of the app at work, each with a core. */
  readonly instances: number;
  readonly vCores: number;
  /** Megabytes a second that the database may log, and read of the source. */
  readonly logMbps: number;
  readonly readMbps: number;
}

/** Documents a second that each part lets through. */
export type Rates = Readonly<Record<Part, number>>;
type Part = 'app' | 'database cores' | 'database log' | 'source reading' | 'durable';

/** Work items a second of the state store, and how many each slice of a lane costs; a slice lasts a minute. */
const [DURABLE_ITEMS, ITEMS_OF_SLICE, SLICE_SECONDS] = [500, 4, 60];

export function ratesOf(plan: Plan, figures: Figures): Rates {
  const mapped = plan.kb * plan.share;
  const app = appMs(plan, figures);
  return {
    app: (plan.instances * 1000) / app,
    'database cores': (plan.vCores * 1000) / (mapped * figures.writeMsPerKb),
    'database log': (plan.logMbps * 1000) / (mapped * figures.logBytesPerByte),
    'source reading': (plan.readMbps * 1000) / plan.kb,
    // Lanes cost, documents do not: so many lanes could be kept busy, each as fast as one.
    durable: ((DURABLE_ITEMS / ITEMS_OF_SLICE) * SLICE_SECONDS * 1000) / app,
  };
}

/** Milliseconds of one core of the app for a document. */
export function appMs({ kb, share }: Pick<Plan, 'kb' | 'share'>, figures: Figures): number {
  return kb * figures.scanMsPerKb + kb * share * (figures.mapMsPerKb + figures.sendMsPerKb);
}

/** What a plan comes to: the slowest part decides. */
export function capacityOf(
  plan: Plan,
  figures: Figures,
): { readonly rate: number; readonly part: Part; readonly hours: number } {
  const rates = Object.entries(ratesOf(plan, figures)).toSorted(([, a], [, b]) => a - b);
  const [slowest] = rates;
  if (slowest === undefined || !isPart(slowest[0])) throw new Error('there are no parts');
  const [part, rate] = slowest;
  return { rate, part, hours: plan.documents / rate / 3600 };
}

function isPart(text: string): text is Part {
  return ['app', 'database cores', 'database log', 'source reading', 'durable'].includes(text);
}

/** General Purpose (Gen5) logs 4.5 MB/s a vCore up to 50, and reads 64 KB an operation, 320 a second a vCore. */
function generalPurpose(vCores: number): Pick<Plan, 'vCores' | 'logMbps' | 'readMbps'> {
  return { vCores, logMbps: Math.min(4.5 * vCores, 50), readMbps: 320 * 0.064 * vCores };
}

/** Hyperscale logs 100 MB/s whatever its size; what is read is mostly on the local disk of the replica. */
function hyperscale(vCores: number): Pick<Plan, 'vCores' | 'logMbps' | 'readMbps'> {
  return { vCores, logMbps: 100, readMbps: 100 * vCores };
}

const KINDS = [
  { name: '5 KB, all mapped', kb: 5, share: 1 },
  { name: '250 KB, 3 % mapped', kb: 250, share: 0.03 },
];

/** Growing plans: each mends what the one before was held up by. */
const STEPS = [
  { instances: 1, database: 'General Purpose, 2 vCores', ...generalPurpose(2) },
  { instances: 4, database: 'General Purpose, 8 vCores', ...generalPurpose(8) },
  { instances: 16, database: 'Hyperscale, 32 vCores', ...hyperscale(32) },
  { instances: 64, database: 'Hyperscale, 128 vCores', ...hyperscale(128) },
];

const SCALES = [1_000_000, 100_000_000, 1_000_000_000];

/** The table of docs/capacity.md. */
export function capacityTable(figures: Figures): string {
  const head = [
    'documents',
    'instances',
    'database',
    'documents/s',
    'held up by',
    ...SCALES.map((count) => `${words(count)} in`),
  ];
  const rows = KINDS.flatMap(({ name, kb, share }) =>
    STEPS.map((step) => {
      const { rate, part } = capacityOf({ ...step, documents: 1, kb, share }, figures);
      const times = SCALES.map((count) => duration(count / rate));
      return [name, String(step.instances), step.database, Math.round(rate).toLocaleString('en'), part, ...times];
    }),
  );
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function words(count: number): string {
  return count >= 1e9 ? `${count / 1e9} billion` : `${count / 1e6} million`;
}

function duration(seconds: number): string {
  if (seconds < 5400) return `${Math.ceil(seconds / 60)} min`;
  return seconds < 172_800 ? `${(seconds / 3600).toFixed(1)} h` : `${(seconds / 86_400).toFixed(1)} days`;
}
