import type { Random } from './random.ts';
import { FILLER_ATTRIBUTES, FILLER_ELEMENTS, words } from './vocabulary.ts';

/** Makes content that no contract reads: at least `bytes` of it. */
export type Filler = (random: Random, bytes: number) => string;

const INDENT = '\n    ';

/** `taken`: names (lower case) that mean something to the contract. */
export function openFiller(taken: ReadonlySet<string>): Filler {
  const elements = unused(FILLER_ELEMENTS, taken);
  const attributes = unused(FILLER_ATTRIBUTES, taken);

  function section(random: Random, depth: number, indent: string): string {
    const name = random.pick(elements);
    const values = attributes.slice(0, random.int(3, 9)).map((attribute) => ` ${attribute}="${value(random)}"`);
    const start = `${indent}<${name}${values.join('')}`;
    if (random.chance(0.2)) return `${start}/>`;
    const text = random.chance(0.4) ? prose(random) : '';
    if (depth === 0 || random.chance(0.3)) return `${start}>${text}</${name}>`;
    const children = Array.from({ length: random.int(1, 3) }, () => section(random, depth - 1, `${indent}  `));
    return `${start}>${text}${children.join('')}${indent}</${name}>`;
  }

  return (random, bytes) => {
    let content = '';
    // Small sections towards the end, so that it is not much more than was asked for.
    while (content.length < bytes) content += section(random, bytes - content.length > 5_000 ? 4 : 0, INDENT);
    return content;
  };
}

function value(random: Random): string {
  if (random.chance(0.5)) return String(random.int(0, 9_999_999));
  return random.chance(0.02) ? 'a &gt; b > c' : escapeText(words(random, random.int(1, 3)));
}

/** Text with now and then something in it that a careless reader trips over. */
function prose(random: Random): string {
  const text = escapeText(words(random, random.int(4, 12)));
  if (random.chance(0.03)) return `${text}<!-- <${text}> -->`;
  return random.chance(0.03) ? `<![CDATA[</${text}> & <a b="]]>` : text;
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;');
}

function unused(names: readonly string[], taken: ReadonlySet<string>): readonly [string, ...string[]] {
  const [first, ...rest] = names.filter((name) => !taken.has(name.toLowerCase()));
  return first === undefined ? ['unmapped_item'] : [first, ...rest];
}
