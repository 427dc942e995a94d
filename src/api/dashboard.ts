import { extname } from 'node:path';
import { escapeAttribute } from 'entities/escape';
import { z } from 'zod';
import type { Page } from './dashboard-files.ts';
import { TYPES, readPage } from './dashboard-files.ts';
import type { Answer } from './endpoint.ts';
import { NO_INPUT, endpoint } from './endpoint.ts';
import { notFound } from './problem.ts';

// The page for operators: static files, sent as they are. It is public; whatever it shows it asks the API for, with the caller's key.

let kept: Page | undefined;

const PROTECTED = {
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** A changed file has another address. */
const LASTING = 'public, max-age=31536000, immutable';

export const getDashboardEndpoint = endpoint({
  ...NO_INPUT,
  answer: { status: 200, description: 'The page', schema: z.string(), type: 'text/html' },
  handle: async (_, { cli }): Promise<Answer> => {
    const { html, policy } = (kept ??= readPage());
    const headers = { ...PROTECTED, 'content-security-policy': policy };
    const body = cli === undefined ? html : html.replace('<html', `<html ${attributesOf(cli)}`);
    return { status: 200, body, type: TYPES['.html'] ?? '', headers };
  },
});

export const getDashboardFileEndpoint = endpoint({
  ...NO_INPUT,
  params: z.strictObject({ file: z.string().describe('Version and name of the file') }),
  answer: { status: 200, description: 'The file', schema: z.string(), type: 'text/javascript' },
  problems: [404],
  handle: async ({ params }): Promise<Answer> => {
    const { files, version } = (kept ??= readPage());
    const [asked = '', ...parts] = params.file.split('/');
    const name = parts.join('/');
    const body = files.get(name);
    if (body === undefined) throw notFound(`The page has no file ${name}.`);
    const headers = { ...PROTECTED, 'cache-control': asked === version ? LASTING : 'no-store' };
    return { status: 200, body, type: TYPES[extname(name)] ?? '', headers };
  },
});

function attributesOf(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `data-${name}="${escapeAttribute(value)}"`)
    .join(' ');
}
