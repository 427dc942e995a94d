import { gunzipSync } from 'node:zlib';
import { DEFAULT_LIMITS } from './element.ts';

/** Bytes of a document as they were before somebody packed them, or why they cannot be told. */
export type Unpacked =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly problem: string };

/** Whether bytes are gzip data, which is also what SQL Server's `COMPRESS()` makes. No XML begins so, in whichever encoding. */
export function isPacked(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Unpacks gzip data, and gives all else back as it is. A few bytes can unpack to anything: no more than `most` are taken. */
export function unpack(bytes: Uint8Array, most = DEFAULT_LIMITS.maxDocumentLength): Unpacked {
  if (!isPacked(bytes)) return { ok: true, bytes };
  try {
    return { ok: true, bytes: gunzipSync(bytes, { maxOutputLength: Math.max(1, most) }) };
  } catch (error) {
    const tooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    return {
      ok: false,
      problem: tooLarge ? `gzip data of more than ${most} bytes` : 'gzip data that are damaged or cut short',
    };
  }
}
