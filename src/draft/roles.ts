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

/**
 * Why an element is kept whole, as text, or null: text and elements mixed, elements in themselves over and over, names that are data,
 * or markup, unless rows in it are asked for.
 */
export function reasonForXml(place: Place, isAskedFor: (place: Place) => boolean): string | null {
  if (place.mixed > 0)
    return `text and elements mixed in ${place.mixed}; \`text: spaced, type: nvarchar(max)\` for its text alone`;
  if (isEmbedded(place) && !isAskedFor(place)) return 'markup; `text: spaced, type: nvarchar(max)` for its text alone';
  if (place.isCrowded) return 'more names in it than there can be columns';
  return isRecursive(place) ? 'elements of one name in each other: kept whole from here on' : null;
}

/** Languages for showing things, which other documents hold whole. */
const MARKUP = new Set([
  'http://www.w3.org/1999/xhtml',
  'http://www.w3.org/1998/Math/MathML',
  'http://www.w3.org/2000/svg',
]);

/** Whether an element is, or holds nothing but, what tells how a text looks; where documents are markup themselves, it is their data. */
function isEmbedded(place: Place): boolean {
  if (place.parent === null || place.children.size === 0 || isMarkup(rootOf(place))) return false;
  if (MARKUP.has(place.namespace)) return !MARKUP.has(place.parent.namespace);
  return hasNarrativeOnly(place) && isSurelyNarrative(place);
}

/** Names of HTML and of the narratives of other formats; those of `SURE` name nothing else. */
const NARRATIVE =
  /^(?:p|br|b|i|u|em|strong|span|div|sub|sup|a|h[1-6]|ul|ol|li|dl|dt|dd|pre|code|img|hr|blockquote|table|caption|colgroup|col|thead|tbody|tfoot|tr|th|td|content|paragraph|linkHtml|list|item|renderMultiMedia|footnote|footnoteRef|bold|italic|underline|xref)$/;
const SURE = /^(?:br|strong|span|div|h[1-6]|ul|ol|li|blockquote|tbody|tr|td|paragraph|linkHtml|bold|italic)$/;
const LOOKS =
  /^(?:id|ID|class|style|styleCode|href|src|alt|title|lang|align|valign|border|width|height|colspan|rowspan|scope|listType|language|name|target|rel|cellpadding|cellspacing|referencedObject|IDREF|ref-type|rid)$/;

function rootOf(place: Place): Place {
  return place.parent === null ? place : rootOf(place.parent);
}

function isMarkup({ local, namespace }: Place): boolean {
  return MARKUP.has(namespace) || NARRATIVE.test(local) || /^(?:html|body)$/i.test(local);
}

function hasNarrativeOnly({ children }: Place): boolean {
  return [...children.values()].every((child) => hasNarrativeName(child) && hasNarrativeOnly(child));
}

function hasNarrativeName({ local, attributes }: Place): boolean {
  return NARRATIVE.test(local) && [...attributes.values()].every((attribute) => LOOKS.test(attribute.local));
}

function isSurelyNarrative({ children }: Place): boolean {
  return [...children.values()].some((child) => SURE.test(child.local) || child.mixed > 0 || isSurelyNarrative(child));
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
