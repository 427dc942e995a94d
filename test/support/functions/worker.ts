import { randomUUID } from 'node:crypto';
import { registerHooks } from 'node:module';

/** A value as it travels between the host and the worker. */
export type RpcValue =
  | { readonly json: string }
  | { readonly string: string }
  | { readonly int: number }
  | { readonly double: number }
  | { readonly http: RpcHttp };

export interface RpcHttp {
  readonly method?: string;
  readonly url?: string;
  readonly statusCode?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: { readonly string?: string; readonly bytes?: Uint8Array };
}

interface Metadata {
  readonly name: string;
  readonly bindings: Readonly<Record<string, { readonly type: string; readonly [key: string]: unknown }>>;
}

interface Registration {
  readonly metadata: Metadata;
  readonly callback: (...inputs: unknown[]) => unknown;
}

/** The part of the programming model that a worker calls; `@azure/functions` hands it over when it is loaded. */
interface ProgrammingModel {
  getInvocationModel(core: object): {
    getArguments(): Promise<{ context: object; inputs: unknown[] }>;
    invokeFunction(context: object, inputs: unknown[], callback: Registration['callback']): Promise<unknown>;
    getResponse(context: object, result: unknown): Promise<{ returnValue?: RpcValue | null }>;
  };
}

export interface LogLine {
  readonly functionName: string;
  readonly level: string;
  readonly message: string;
}

const registrations = new Map<string, Registration>();
const logLines: LogLine[] = [];
const hooks = new Map<string, (context: object) => unknown>();
let programmingModel: ProgrammingModel | undefined;

class Disposable {
  dispose(): void {}
}

/** What the Node.js worker supplies under the name `@azure/functions-core`. */
const core = {
  version: '3.10.1',
  hostVersion: '4.1037.0',
  Disposable,
  registerFunction(metadata: Metadata, callback: Registration['callback']) {
    if (registrations.has(metadata.name)) throw new Error(`a function named "${metadata.name}" is registered already`);
    registrations.set(metadata.name, { metadata, callback });
    return new Disposable();
  },
  registerHook(name: string, callback: (context: object) => unknown) {
    hooks.set(name, callback);
    return new Disposable();
  },
  setProgrammingModel(model: ProgrammingModel) {
    programmingModel = model;
  },
  getProgrammingModel: () => programmingModel,
  log: () => undefined,
};

const CORE_URL = 'xmlfan-test:functions-core';
const CORE_KEY = Symbol.for(CORE_URL);
Object.defineProperty(globalThis, CORE_KEY, { value: core });
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@azure/functions-core'
      ? { url: CORE_URL, format: 'commonjs', shortCircuit: true }
      : next(specifier, context),
  load: (url, context, next) =>
    url === CORE_URL
      ? { format: 'commonjs', source: `module.exports = globalThis[Symbol.for('${CORE_URL}')]`, shortCircuit: true }
      : next(url, context),
});

/** Every function that the app has registered so far. */
export function registered(): ReadonlyMap<string, Metadata> {
  return new Map([...registrations].map(([name, { metadata }]) => [name, metadata]));
}

/** Calls what the app has registered for its start, as the host does once all functions are registered. */
export async function startUp(): Promise<void> {
  await hooks.get('appStart')?.({ hookData: {}, appHookData: {} });
}

/** Calls what the app has registered for its end, as the host does before it kills the worker. */
export async function terminate(): Promise<void> {
  await hooks.get('appTerminate')?.({ hookData: {}, appHookData: {} });
}

/** Everything that functions have logged through their context. */
export function logged(): readonly LogLine[] {
  return logLines;
}

/** One invocation through the real programming model. `clientData` is what a durable client binding receives. */
export async function invoke(
  name: string,
  trigger: RpcValue,
  { clientData = {}, triggerMetadata = {} }: { clientData?: object; triggerMetadata?: object } = {},
): Promise<RpcValue | null | undefined> {
  const registration = registrations.get(name);
  if (registration === undefined || programmingModel === undefined) throw new Error(`no function named "${name}"`);
  const { metadata, callback } = registration;
  const inputData = Object.entries(metadata.bindings).flatMap(([binding, { type }]) => {
    if (/trigger$/i.test(type)) return [{ name: binding, data: trigger }];
    return type === 'durableClient' ? [{ name: binding, data: toRpc(clientData) }] : [];
  });
  const model = programmingModel.getInvocationModel({
    invocationId: randomUUID(),
    metadata,
    request: { inputData, triggerMetadata },
    log: (level: string, _category: string, message: string) => logLines.push({ functionName: name, level, message }),
  });
  const { context, inputs } = await model.getArguments();
  const result = await model.invokeFunction(context, inputs, callback);
  return (await model.getResponse(context, result)).returnValue;
}

export function toRpc(value: unknown): RpcValue {
  return typeof value === 'string' ? { string: value } : { json: JSON.stringify(value ?? null) };
}

export function fromRpc(value: RpcValue | null | undefined): unknown {
  if (value === null || value === undefined) return undefined;
  if ('json' in value) return JSON.parse(value.json);
  if ('int' in value) return value.int;
  if ('double' in value) return value.double;
  return 'string' in value ? value.string : value;
}
