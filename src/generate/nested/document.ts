import type { NestedContract } from '../../contract/nested/model.ts';
import type { NameTest } from '../../contract/nested/path.ts';
import type { Random } from '../random.ts';
import { plantText } from './fill.ts';
import { namesIn, rowPaths } from './names.ts';
import { planTable, type DocumentOptions, type MadeDocument, type Maker } from './plan.ts';
import { openJournal } from './journal.ts';
import { plant, settle } from './planter.ts';
import { startOf } from './reading.ts';
import { ATTEMPTS, makeRows } from './rows.ts';
import { fits, type XmlNode } from './tree.ts';

/** Makes the part of documents that a contract of format 2 reads. */
export function openDocuments(contract: NestedContract): (options: DocumentOptions) => MadeDocument {
  const kinds = contract.tables.map((table) => planTable(contract, table, []));
  const names = freeNames(contract);
  const make = (options: DocumentOptions): MadeDocument => {
    const top: XmlNode = { name: '', namespace: '', parent: null, attributes: [], children: [], text: null };
    const { random } = options;
    const ground = { random, journal: openJournal(), names, open: [] };
    const root = plant(ground, top, [{ axis: 'child', test: pickRoot(contract, random), predicates: [] }]);
    if (root === null) throw new Error('the contract names no root element');
    const maker: Maker = { ...ground, contract, options, top, rows: [], checks: new Map(), counters: new Map() };
    const [path] = contract.documentId ?? [];
    const base = { base: root, top };
    if (path !== undefined) plantText(maker, startOf(base, path.start), path, options.written);
    settle(maker);
    for (const kind of kinds) makeRows(maker, kind, null);
    return { root: root.node, rows: maker.rows };
  };
  return (options) => {
    let made = make(options);
    for (let left = ATTEMPTS; left > 0 && !isWhole(made); left -= 1) made = make(options);
    return made;
  };
}

/** Whether there are rows, and all are taken now that everything is there. */
function isWhole({ rows }: MadeDocument): boolean {
  return rows.length > 0 && rows.every(({ row, check }) => check(row));
}

/** Names that mean nothing to the contract. */
function freeNames(contract: NestedContract): readonly [string, ...string[]] {
  const taken = namesIn(contract);
  const [first, ...rest] = ['entry', 'remark', 'detail', 'figure', 'aspect', 'facet'].filter(
    (name) => !taken.has(name),
  );
  return first === undefined ? ['some_entry', 'some_detail'] : [first, ...rest];
}

/** A root element that rows are found in. */
function pickRoot({ roots, tables }: NestedContract, random: Random): NameTest {
  const steps = tables.flatMap(rowPaths).flatMap(({ steps: [step] }) => (step?.axis === 'child' ? [step.test] : []));
  const both = roots.flatMap((root) =>
    steps.flatMap((test): readonly NameTest[] => {
      const name = { local: root.local ?? test.local, namespace: root.namespace ?? test.namespace };
      const fitting = { name: name.local ?? '', namespace: name.namespace ?? '' };
      return name.local === null || (fits(fitting, root) && fits(fitting, test)) ? [name] : [];
    }),
  );
  const [first, ...rest] = both;
  return first === undefined ? (roots[0] ?? { local: null, namespace: null }) : random.pick([first, ...rest]);
}
