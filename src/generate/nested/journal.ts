import type { PathCondition } from '../../contract/nested/path.ts';
import { holds, type XmlFind, type XmlNode } from './tree.ts';

/** What has been done to a document in the making, so that it can be taken back. */
export interface Journal {
  /** Notes a change below an element, and how it is undone. */
  note(node: XmlNode, undo: () => unknown): void;
  /** What a find has to fulfil from now on. */
  promise(find: XmlFind, condition: PathCondition): void;
  /** Takes back everything that was done if nothing comes of it, or if something promised no longer holds. */
  attempt<T>(make: () => T | null): T | null;
}

interface Promised {
  readonly find: XmlFind;
  readonly condition: PathCondition;
}

export function openJournal(): Journal {
  const changes: { readonly node: XmlNode; readonly undo: () => unknown }[] = [];
  const promises = new Map<XmlNode, readonly Promised[]>();

  /** Conditions look down, so a change concerns those of the elements above it. */
  const isKept = (since: number): boolean => {
    const concerned = new Set(changes.slice(since).flatMap(({ node }) => withAncestors(node)));
    return [...concerned].every((node) =>
      (promises.get(node) ?? []).every(({ find, condition }) => holds(find, condition)),
    );
  };

  return {
    note: (node, undo) => void changes.push({ node, undo }),
    promise(find, condition) {
      const { node } = find;
      const before = promises.get(node) ?? [];
      promises.set(node, [...before, { find, condition }]);
      changes.push({ node, undo: () => promises.set(node, before) });
    },
    attempt(make) {
      const since = changes.length;
      const made = make();
      if (made !== null && isKept(since)) return made;
      for (const { undo } of changes.splice(since).toReversed()) undo();
      return null;
    },
  };
}

function withAncestors(node: XmlNode): readonly XmlNode[] {
  return node.parent === null ? [node] : [node, ...withAncestors(node.parent)];
}
