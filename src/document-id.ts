/** What a bigint column can hold. */
export const FIRST_ID = -(2n ** 63n);
export const LAST_ID = 2n ** 63n - 1n;

/** The id of a document: a whole number that a bigint column can hold. Null if the text is none. */
export function parseDocumentId(text: string): bigint | null {
  const id = /^-?\d{1,19}$/.test(text) ? BigInt(text) : null;
  return id !== null && id >= FIRST_ID && id <= LAST_ID ? id : null;
}
