import { pluralOf, snakeCase } from './names.ts';
import type { Place } from './place.ts';

/** Whether elements are rows: some stood beside others of their kind, or there is reason to think that others will. */
export function isRepeated(place: Place): boolean {
  return place.most > 1 || isListed(place) || isNested(place);
}

/** One at most was seen, but it stands in what is called a list of such, or of several kinds. */
function isListed({ local, parent, children }: Place): boolean {
  if (parent === null || parent.values.count > 0 || parent.attributes.size > 0) return false;
  const [inner, outer] = [snakeCase(local), snakeCase(parent.local)];
  if (/_(?:table|list|collection)$/.test(outer) && children.size > 0) return true;
  if (parent.children.size > 1) return false;
  if (outer === pluralOf(inner) && outer !== inner) return true;
  return [`${inner}_list`, `list_of_${pluralOf(inner)}`].includes(outer) || /^(?:row|record|item)$/.test(inner);
}

/** Elements of one name in each other, of which some repeat. */
function isNested({ local, parent }: Place): boolean {
  for (let at = parent; at !== null; at = at.parent) if (at.local === local && at.most > 1) return true;
  return false;
}

/** Why an element is kept whole, as text, or null: text and elements mixed, elements in themselves over and over, or names that are data. */
export function reasonForXml(place: Place): string | null {
  if (place.mixed > 0)
    return `text and elements mixed in ${place.mixed}; \`text: spaced, type: nvarchar(max)\` for its text alone`;
  if (place.isCrowded) return 'more names in it than there can be columns';
  return isRecursive(place) ? 'elements of one name in each other: kept whole from here on' : null;
}

/** Levels of elements of one name, beyond which they are no longer told apart by tables. */
const MOST_LEVELS = 3;

function isRecursive({ local, parent, children }: Place): boolean {
  if (children.size === 0) return false;
  let levels = 0;
  for (let at = parent; at !== null; at = at.parent) if (at.local === local) levels += 1;
  return levels >= MOST_LEVELS;
}

/** Whether nothing was ever in an element. */
export function isEmpty({ children, attributes, values }: Place): boolean {
  return (
    children.size === 0 &&
    values.count === 0 &&
    [...attributes.values()].every((attribute) => attribute.values.count === 0)
  );
}

/** Whether an element is in each of an element around it. */
export function isInAll(place: Place, around: Place): boolean {
  for (let at: Place | null = place; at !== null && at !== around; at = at.parent) {
    if (at.present < (at.parent?.count ?? 0)) return false;
  }
  return true;
}
