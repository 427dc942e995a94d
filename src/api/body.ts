import { ProblemError } from './problem.ts';

/** Far above what any request needs: a redrive may list a thousand ids. */
const MAX_BODY_BYTES = 64 * 1024;

/** Reads a JSON body. Anything but JSON is refused by type, which also keeps other sites' forms out. */
export async function readJson(request: Request): Promise<unknown> {
  const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json')
    throw new ProblemError({
      status: 415,
      kind: 'unsupported-media-type',
      title: 'Unsupported media type',
      detail: 'Send the body with content-type: application/json.',
    });
  const text = await readText(request);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ProblemError({
      status: 400,
      kind: 'malformed-body',
      title: 'Malformed body',
      detail: `The body is not JSON: ${error instanceof Error ? error.message.replace(/, ".*/su, '') : 'it cannot be read'}`,
    });
  }
}

/** Whether a body was sent at all. */
export function hasBody(request: Request): boolean {
  return request.body !== null;
}

async function readText(request: Request): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function tooLarge(): ProblemError {
  return new ProblemError({
    status: 413,
    kind: 'body-too-large',
    title: 'Body too large',
    detail: `A body may have ${MAX_BODY_BYTES} bytes.`,
  });
}
