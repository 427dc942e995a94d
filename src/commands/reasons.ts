import { sentenceOf } from '../mapping/reason.ts';
import type { Store } from '../store/port.ts';

/** Why some documents failed, as a reader counts it. */
export interface FoldedReason {
  readonly documents: number;
  readonly stage: string;
  readonly sentence: string;
}

/** Reasons of the log for people, most documents first: those that say the same are one. */
export function foldReasons(
  failures: readonly { readonly reason: string; readonly documents: number }[],
): readonly FoldedReason[] {
  const folded = new Map<string, FoldedReason>();
  for (const { reason, documents } of failures) {
    const stage = /^(?:no rows|[a-z_]+)(?=: )/.exec(reason)?.[0] ?? '';
    const sentence = sentenceOf(reason);
    const key = `${stage} ${sentence}`;
    folded.set(key, { documents: documents + (folded.get(key)?.documents ?? 0), stage, sentence });
  }
  return [...folded.values()].toSorted((a, b) => b.documents - a.documents);
}

/**
 * The reasons of the log that somebody means by a text: those that begin so, which the text itself stands for, or else those whose
 * sentence, as people are shown it, begins so.
 */
export async function reasonsMeant(store: Pick<Store, 'failureReasons'>, text: string): Promise<readonly string[]> {
  const reasons = (await store.failureReasons()).map(({ reason }) => reason);
  if (reasons.some((reason) => reason.startsWith(text))) return [text];
  const start = text.toLowerCase();
  const meant = reasons.filter((reason) => sentenceOf(reason).toLowerCase().startsWith(start));
  return meant.length === 0 ? [text] : meant;
}
