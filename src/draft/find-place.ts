import { checkSpelling } from '../contract/findings.ts';
import type { Observations } from './observe.ts';
import type { Place } from './place.ts';

/** What a path names among the samples, or why nothing. */
export type FoundPlace = { readonly place: Place } | { readonly message: string; readonly advice: string };

/** Finds the place of `/a/b` from the document, or of the end of a path (`b`, `a/b`, `//b`); prefixes do not count. */
export function findPlace({ roots }: Observations, path: string): FoundPlace {
  const names = path.replace(/^\/+/, '').split('/').map(localOf);
  const all = [...roots.values()].flatMap(withBelow);
  const isWhole = /^\/(?!\/)/.test(path);
  const found = all.filter((place) => endsWith(place, names, isWhole));
  const [place, ...others] = found;
  if (place === undefined) {
    const advice = checkSpelling(names.at(-1) ?? '', [...new Set(all.map(({ local }) => local))]);
    return { message: 'the samples have no such element', advice };
  }
  if (others.length === 0) return { place };
  const paths = found.slice(0, 5).map(pathOf).join(', ');
  return { message: `may be ${paths}`, advice: 'Write the whole path.' };
}

function localOf(step: string): string {
  return step.slice(step.indexOf(':') + 1).trim();
}

function endsWith(place: Place, names: readonly string[], isWhole: boolean): boolean {
  let at: Place | null = place;
  for (const name of names.toReversed()) {
    if (at?.local !== name) return false;
    at = at.parent;
  }
  return !isWhole || at === null;
}

/** A place and all below it. */
export function withBelow(place: Place): readonly Place[] {
  return [place, ...[...place.children.values()].flatMap(withBelow)];
}

function pathOf(place: Place): string {
  return `${place.parent === null ? '' : pathOf(place.parent)}/${place.local}`;
}
