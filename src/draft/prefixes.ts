const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';

/** Prefixes for the namespaces that a draft has to name. */
export interface Prefixes {
  /** The name with its namespace's prefix, which is declared from then on. */
  readonly qualify: (local: string, namespace: string) => string;
  /** The same of an element that stands beside others of its local name; the name alone would mean all of them. */
  readonly qualifyElement: (local: string, namespace: string) => string;
  /** What has to be declared: prefix → URI. */
  readonly declared: () => ReadonlyMap<string, string>;
}

/** `seen` has the prefixes of the samples by namespace; null where there was none. */
export function openPrefixes(seen: ReadonlyMap<string, string | null>): Prefixes {
  const byUri = new Map<string, string>();
  const prefixOf = (uri: string): string => {
    const known = byUri.get(uri);
    if (known !== undefined) return known;
    const taken = new Set(['xml', 'xmlns', ...byUri.values()]);
    const base = uri === '' ? 'none' : (seen.get(uri) ?? 'ns');
    let prefix = base;
    for (let number = 2; taken.has(prefix); number += 1) prefix = `${base}${number}`;
    byUri.set(uri, prefix);
    return prefix;
  };
  const qualifyElement = (local: string, namespace: string): string =>
    namespace === XML_NAMESPACE ? `xml:${local}` : `${prefixOf(namespace)}:${local}`;
  return {
    qualify: (local, namespace) => (namespace === '' ? local : qualifyElement(local, namespace)),
    qualifyElement,
    declared: () => new Map([...byUri].map(([uri, prefix]) => [prefix, uri])),
  };
}
