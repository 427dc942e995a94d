/** `PstlAdr` → `pstl_adr`, `XMLHttpRequest` → `xml_http_request`, `bom-ref` → `bom_ref`; letters of any script stay. */
export function snakeCase(name: string): string {
  const words = name
    .replaceAll(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1_$2')
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1_$2')
    .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, '_')
    .replaceAll(/^_+|_+$/g, '')
    .toLowerCase();
  return words === '' ? 'x' : words;
}

/** The name of a table of such things; other endings than English ones stay. */
export function pluralOf(word: string): string {
  if (/s$|[^a-z]$|(?:data|media)$/.test(word)) return word;
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`;
  return /(?:x|z|ch|sh)$/.test(word) ? `${word}es` : `${word}s`;
}

/**
 * What a table of such elements may be called, the best first: where they alone are not enough, with one of what is around them, given
 * from the nearest on, or with two.
 */
export function tableNames(singular: string, around: readonly string[]): readonly string[] {
  const plural = pluralOf(singular);
  const within = (name: string): readonly string[] => {
    // In what is called like a list of them.
    if (name === plural) return [singular];
    return [name.endsWith(`_${plural}`) ? name : pluralOf(joinNames([name, singular]))];
  };
  const pairs = around.slice(1).map((name, index) => joinNames([name, around[index] ?? name]));
  return [...new Set([plural, ...[...around, ...pairs].flatMap(within)])];
}

/** Joins names, saying words in which one ends and the next begins only once: `party_name` and `name_suffix`. */
function joinNames(names: readonly string[]): string {
  return names.reduce((joined, name) => {
    const [before, after] = [joined.split('_'), name.split('_')];
    for (let length = Math.min(before.length, after.length); length > 0; length -= 1) {
      if (before.slice(-length).join('_') === after.slice(0, length).join('_'))
        return [...before, ...after.slice(length)].join('_');
    }
    return `${joined}_${name}`;
  });
}

/** What a column is called after: the names that lead from its row to it, in snake case, and what is added if others have the same. */
export interface NameParts {
  readonly parts: readonly string[];
  readonly otherwise?: string;
}

/**
 * Names for the columns of a table, none of them twice or among `taken` (in lower case). A name is its last part and the one
 * before; where that does not tell columns apart, those parts further up that do.
 */
export function nameColumns(columns: readonly NameParts[], taken: ReadonlySet<string>): readonly string[] {
  const naming = columns.map(({ parts }) => ({ parts, used: parts.slice(-2), up: parts.length - 3 }));
  const nameOf = (index: number): string => joinNames(naming[index]?.used ?? ['x']);
  for (;;) {
    const groups = groupBy([...columns.keys()], nameOf).filter((group) =>
      group.some((index) => group.length > 1 && (naming[index]?.up ?? -1) >= 0),
    );
    if (groups.length === 0) break;
    for (const group of groups) extend(group.flatMap((index) => naming[index] ?? []));
  }
  const used = new Set(taken);
  const names: string[] = [];
  // Those that can be called otherwise leave the name to those that cannot.
  for (const index of [...columns.keys()].toSorted((a, b) => rankOf(columns[a]) - rankOf(columns[b]))) {
    const [name, otherwise] = [nameOf(index), columns[index]?.otherwise];
    names[index] = claim(otherwise === undefined ? [name] : [name, `${name}_${otherwise}`], used);
  }
  return names;
}

function rankOf(column: NameParts | undefined): number {
  return column?.otherwise === undefined ? 0 : 1;
}

interface Naming {
  readonly parts: readonly string[];
  used: readonly string[];
  /** The next part further up. */
  up: number;
}

/** Puts the part above before each, unless all have the same there. */
function extend(group: readonly Naming[]): void {
  const above = group.map(({ parts, up }) => parts[up]);
  const differs = above.some((part) => part !== above[0]);
  group.forEach((naming, index) => {
    const part = above[index];
    if (differs && part !== undefined) naming.used = [part, ...naming.used];
    naming.up -= 1;
  });
}

function groupBy(indexes: readonly number[], keyOf: (index: number) => string): readonly (readonly number[])[] {
  return [...Map.groupBy(indexes, keyOf).values()];
}

/** Room for a number behind the name: SQL Server takes 128 characters. */
const LONGEST = 120;

/** The first candidate that is free, or the last one with a number; it is taken from then on. */
export function claim(candidates: readonly string[], used: Set<string>): string {
  const cut = candidates.map((candidate) => candidate.slice(0, LONGEST));
  let name = cut.find((candidate) => !used.has(candidate.toLowerCase()));
  for (let number = 2; name === undefined; number += 1) {
    const numbered = `${cut.at(-1) ?? 'x'}_${number}`;
    if (!used.has(numbered.toLowerCase())) name = numbered;
  }
  used.add(name.toLowerCase());
  return name;
}
