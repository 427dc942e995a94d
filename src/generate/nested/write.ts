import { escapeMarkup, GAP } from '../write-document.ts';
import type { Closed } from './gaps.ts';
import type { XmlNode } from './tree.ts';

/** Writes a document, in pieces: whatever stands between two of them is read by no column. `namespaces` are declared at the root. */
export function writeTree(root: XmlNode, closed: Closed, namespaces: readonly string[]): readonly string[] {
  const prefixes = new Map(namespaces.map((uri, index) => [uri, uri === XML_NAMESPACE ? 'xml' : `ns${index + 1}`]));
  const declared = [...prefixes]
    .filter(([uri]) => uri !== XML_NAMESPACE)
    .map(([uri, prefix]) => ` xmlns:${prefix}="${escapeMarkup(uri)}"`)
    .join('');
  const nameOf = ({ name, namespace }: { readonly name: string; readonly namespace: string }): string =>
    namespace === '' ? name : `${prefixes.get(namespace) ?? ''}:${name}`;

  function write(node: XmlNode, indent: string, isRead: boolean): string {
    const name = nameOf(node);
    const attributes = node.attributes.map((one) => ` ${nameOf(one)}="${escapeMarkup(one.value ?? '')}"`).join('');
    const start = `${isRead ? '' : indent}<${name}${attributes}${node === root ? declared : ''}`;
    const text = escapeMarkup(node.text ?? '');
    const isWhole = isRead || closed.whole.has(node);
    if (node.children.length === 0 && node !== root) return text === '' ? `${start}/>` : `${start}>${text}</${name}>`;
    const children = node.children.map((child) => write(child, `${indent}  `, isWhole));
    // White space between elements is text too, where all of it is read.
    const [gap, end] = isWhole || closed.children.has(node) ? ['', isWhole ? '' : indent] : [GAP, indent];
    return `${start}>${text}${gap}${children.join(gap)}${children.length === 0 ? '' : gap}${end}</${name}>`;
  }

  return write(root, '\n', false).trimStart().split(GAP);
}

const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';
