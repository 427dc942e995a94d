import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Schema } from '../draft/schema-types.ts';
import type { Fault } from '../errors.ts';
import { InputError } from '../errors.ts';
import type { Element } from '../xml/element.ts';
import { pathIn, type Terminal } from './terminal.ts';

/**
 * Reads files of XML Schema with those that they include or import from beside them; addresses elsewhere are never asked.
 * Throws an `InputError` with everything that cannot be read.
 */
export async function readSchemaFiles(terminal: Terminal, paths: readonly string[]): Promise<Schema> {
  const { readSchema } = await import('../draft/schema.ts');
  const { readDocument } = await import('../xml/read.ts');
  const { DEFAULT_LIMITS } = await import('../xml/element.ts');
  const roots = new Map<string, Element>();
  const faults: Fault[] = [];
  const waiting = paths.map((path) => pathIn(terminal, path));
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    if (roots.has(path)) continue;
    const bytes = await readFile(path).catch((error: unknown) =>
      String(error instanceof Error ? error.message : error),
    );
    const reading =
      typeof bytes === 'string'
        ? { ok: false as const, message: bytes }
        : readDocument(bytes, { rootElement: 'schema', reach: null, limits: DEFAULT_LIMITS });
    if (reading.ok) {
      roots.set(path, reading.root);
      waiting.push(...neighbours(path, reading.root));
    } else faults.push({ place: path, message: reading.message, advice: '' });
  }
  if (faults.length > 0) throw new InputError('The schema cannot be read:', faults);
  return readSchema([...roots.values()]);
}

function neighbours(path: string, { children }: Element): readonly string[] {
  return children
    .filter(({ name }) => name === 'include' || name === 'import')
    .map(({ attributes }) => attributes.get('schemaLocation') ?? '')
    .filter((location) => location !== '' && !/^[a-z][a-z+.-]*:/i.test(location))
    .map((location) => join(dirname(path), location));
}
