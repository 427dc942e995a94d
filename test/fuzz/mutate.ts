import type { Random } from '../../src/generate/random.ts';

/** Pieces of markup, whole and broken, that a document may have anywhere. */
const PIECES = [
  '<',
  '>',
  '"',
  "'",
  '&',
  '/',
  '=',
  '!',
  '[',
  ']',
  '-',
  '?',
  ' ',
  '\n',
  '\t',
  '\r',
  '\r\n',
  ':',
  '.',
  '0',
  '#',
  ';',
  '<a>',
  '</a>',
  '<a/>',
  '<a />',
  '< a>',
  '<a x:b="1"/>',
  '<p:a xmlns:p="u"/>',
  '<p:a/>',
  '</ a>',
  '<a:b:c/>',

  '<!-- x -->',
  '<!---->',
  '<!-- - -- -->',
  '<![CDATA[ <y> "]]>',
  '<![CDATA[]]>',
  '<?pi z?>',
  '<?xml version="1.0"?>',
  '<!DOCTYPE r>',

  '&amp;',
  '&lt;',
  '&apos;',
  '&#65;',
  '&#x1F600;',
  '&#xD;',
  '&#x0;',
  '&#xFFFE;',
  '&#x110000;',
  '&lt',
  '&nbsp;',
  ']]>',
  '--',

  ' clerk="1"',
  " Clerk = '2'",
  ' x:clerk="3"',
  ' ID="7" id="8"',
  ' ID="9" ID="9"',
  ' a b="1"',
  ' a=b',
  ' a="<"',
  ' a=">"',
  ' xmlns="u"',
  ' xmlns=""',
  ' xmlns:p="u:p"',
  ' xmlns:q="u:p" p:a="1" q:a="2"',
  ' xmlns:p=""',
  ' xml:lang="en"',

  'é',
  '\u00A0',
  '€',
  '😀',
  '\uFFFE',
  '\uFFFD',
  '\uFEFF',
  '\u0001',
  '\u0000',
  '\u007F',
  '\u0085',
  '\u2028',
  '\uD800',
  '\u212A',
  'K',
] as const;

/** Markup that may stand before a tag, and attributes that may stand behind a name. */
const WHOLE = [
  '<a/>',
  '<!-- < -->',
  '<![CDATA[x]]>',
  '<?pi?>',
  '&#66;',
  'text',
  ' ',
  '\r\n',
  '<x:y xmlns:x="u:x" x:id="1"/>',
  '<row clerk="9"/>',
  '<p>é</p>',
] as const;
const ATTRIBUTES = [
  ' more="1"',
  " xml:lang='en'",
  ' xmlns:z="u:z" z:id="&lt;"',
  ' CLERK="2"',
  ' k ="v"',
  '\n',
  ' xmlns="u:d"',
] as const;

/** The document with one to three small changes; most often one, since few documents survive more. */
export function mutate(text: string, random: Random): string {
  let changed = change(text, random);
  while (random.chance(0.3)) changed = change(changed, random);
  return changed;
}

function change(text: string, random: Random): string {
  const at = placeIn(text, random);
  const piece = random.pick([PIECES[0], ...PIECES]);
  switch (random.int(0, 10)) {
    case 0:
      return text.slice(0, at) + text.slice(at + random.int(1, 3));
    case 1:
      return text.slice(0, at) + piece + text.slice(at + piece.length);
    case 2:
      return random.chance(0.2) ? text.slice(0, at) : text.slice(0, at) + text.slice(random.int(at, text.length));
    case 3:
    case 4: {
      // Something of its own from elsewhere: names and markup that fit nearly.
      const from = placeIn(text, random);
      return text.slice(0, at) + text.slice(from, placeIn(text, random, from)) + text.slice(at);
    }
    case 5:
    case 6:
      return insertAt(text, /</g, random.pick(WHOLE), random);
    case 7:
      return insertAt(text, /(?<=<[\w:.]+)(?=[ />])/g, random.pick(ATTRIBUTES), random);
    case 8:
      // Moves what is behind it in the blocks of 16 and 64 bytes that are looked at together.
      return insertAt(text, / |(?<=[<"])/g, random.pick([' ', 'a', 'é', '€']).repeat(random.int(1, 70)), random);
    default:
      return text.slice(0, at) + piece + text.slice(at);
  }
}

/** Puts a piece to one of the places that a pattern finds. */
function insertAt(text: string, places: RegExp, piece: string, random: Random): string {
  const found = [...text.matchAll(places)];
  const at = found[random.int(0, Math.max(found.length - 1, 0))]?.index ?? 0;
  return text.slice(0, at) + piece + text.slice(at);
}

/** Anywhere, or where a tag, a value or a word begins or ends, so that many a change is well formed. */
function placeIn(text: string, random: Random, least = 0): number {
  const at = random.int(least, text.length);
  const mark = random.pick(['', '<', '<', '>', ' ', '"']);
  const place = mark === '' ? at : text.indexOf(mark, at);
  return place === -1 ? at : place;
}
