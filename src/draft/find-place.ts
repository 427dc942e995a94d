import { checkSpelling } from '../contract/findings.ts';
import type { Observations } from './observe.ts';
import type { Place } from './place.ts';

/** What a path names among the samples, or why nothing. */
export type FoundPlace = { readonly place: Place } | { readonly message: string; readonly advice: string };

/** Finds the place of `/a/b` from the document, or of the end of a path (`b`, `a/b`, `//b`); a prefix is that of the samples, or says nothing. */
export function findPlace({ roots, prefixes }: Observations, path: string): FoundPlace {
  const steps = path
    .replace(/^\/+/, '')
    .split('/')
    .map((step) => step.trim());
  const all = [...roots.values()].flatMap(withBelow);
  const isWhole = /^\/(?!\/)/.test(path);
  const byName = all.filter((place) => endsWith(place, steps, isWhole, prefixes));
  const found =
    byName.length > 0 ? byName : all.filter((place) => endsWith(place, steps.map(localOf), isWhole, prefixes));
  const [place, ...others] = found;
  if (place === undefined) {
    const advice = checkSpelling(localOf(steps.at(-1) ?? ''), [...new Set(all.map(({ local }) => local))]);
    return { message: 'the samples have no such element', advice };
  }
  if (others.length === 0) return { place };
  const paths = found.slice(0, 5).map((one) => pathOf(one, prefixes));
  return { message: `may be ${paths.join(', ')}`, advice: 'Write the whole path.' };
}

function localOf(step: string): string {
  return step.slice(step.indexOf(':') + 1);
}

function endsWith(
  place: Place,
  steps: readonly string[],
  isWhole: boolean,
  prefixes: Observations['prefixes'],
): boolean {
  let at: Place | null = place;
  for (const step of steps.toReversed()) {
    if (at === null || (step !== at.local && step !== nameOf(at, prefixes))) return false;
    at = at.parent;
  }
  return !isWhole || at === null;
}

/** A place and all below it. */
export function withBelow(place: Place): readonly Place[] {
  return [place, ...[...place.children.values()].flatMap(withBelow)];
}

function pathOf(place: Place, prefixes: Observations['prefixes']): string {
  return `${place.parent === null ? '' : pathOf(place.parent, prefixes)}/${nameOf(place, prefixes)}`;
}

function nameOf({ local, namespace }: Place, prefixes: Observations['prefixes']): string {
  const prefix = prefixes.get(namespace) ?? null;
  return prefix === null ? local : `${prefix}:${local}`;
}
