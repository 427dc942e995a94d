import { SaxesParser } from 'saxes';
import type { Element } from '../../src/xml/element.ts';

/** What a strict parser of other people makes of a document. */
export type PeerReading =
  | { readonly ok: true; readonly root: Element; readonly plain: string }
  | { readonly ok: false; readonly message: string };

interface Open {
  readonly name: string;
  readonly attributes: Map<string, string>;
  text: string;
  readonly children: Element[];
}

/** Reads a document slowly: its tree, and the same document written plainly, without comments, instructions, CDATA and references. */
export function readByPeer(xml: string): PeerReading {
  const parser = new SaxesParser({ xmlns: true, position: false });
  const open: Open[] = [];
  const plain: string[] = [];
  let root: Element | null = null;
  let message: string | null = null;
  const text = (piece: string): void => {
    const element = open.at(-1);
    if (element === undefined) return;
    if (element.children.length === 0) element.text += piece;
    plain.push(escape(piece));
  };
  parser.on('error', (error) => {
    message ??= error.message;
  });
  parser.on('text', text);
  parser.on('cdata', text);
  parser.on('opentag', ({ name, local, attributes }) => {
    const entries = Object.values(attributes);
    const element = { name: local, attributes: attributesOf(entries), text: '', children: [] };
    const parent = open.at(-1);
    if (parent === undefined) root = element;
    else parent.children.push(element);
    open.push(element);
    plain.push(`<${name}${entries.map((attribute) => ` ${attribute.name}="${escape(attribute.value)}"`).join('')}>`);
  });
  parser.on('closetag', ({ name }) => {
    open.pop();
    plain.push(`</${name}>`);
  });
  parser.write(xml).close();
  if (message !== null || root === null) return { ok: false, message: message ?? 'no root' };
  return { ok: true, root, plain: plain.join('') };
}

/** As the reader has them: by local name, one without prefix before one with; by the written name too where that has a prefix. */
function attributesOf(
  entries: readonly {
    readonly name: string;
    readonly prefix: string;
    readonly local: string;
    readonly value: string;
  }[],
): Map<string, string> {
  const own = entries.filter(({ name, prefix }) => prefix !== 'xmlns' && name !== 'xmlns');
  const attributes = new Map<string, string>();
  for (const { name, prefix, local, value } of own) {
    if (prefix !== '') attributes.set(name, value);
    if (prefix === '' || !own.some((other) => other.prefix === '' && other.local === local))
      attributes.set(local, value);
  }
  return attributes;
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"\r\n\t]/g, (character) => `&#${character.charCodeAt(0)};`);
}
