import type { NestedColumn, NestedContract } from '../../contract/nested/model.ts';
import { MALFORMED } from '../defects.ts';
import type { DocumentWriter, WriteOptions } from '../document-writer.ts';
import { openDocuments } from './document.ts';
import { closedIn } from './gaps.ts';
import { namesIn, namespacesIn } from './names.ts';
import type { MadeDocument } from './plan.ts';
import { columnFinds, type DraftRow } from './reading.ts';
import type { XmlFind } from './tree.ts';
import type { PathsColumn } from './values.ts';
import { writeTree } from './write.ts';

/** Makes documents of a contract of format 2. */
export function openNestedWriter(contract: NestedContract): DocumentWriter {
  const { source, documentId, roots, tables } = contract;
  const make = openDocuments(contract);
  const namespaces = namespacesIn(contract);
  const [root] = roots;
  const isNamed = roots.length === 1 && root !== undefined && root.local !== null;
  const hasRequired = isNamed && tables.some(({ where, columns }) => where === null && columns.some(isNeeded));
  return {
    names: namesIn(contract),
    tag: null,
    idAttribute: null,
    applicationElement: null,
    defects: [
      ...MALFORMED,
      ...(documentId === null ? [] : (['id of another document'] as const)),
      ...(documentId === null || source.idType.kind === 'text' ? [] : (['id not a number'] as const)),
      ...(isNamed ? (['other root element'] as const) : []),
      ...(hasRequired ? (['required value missing'] as const) : []),
    ],
    write(options) {
      const made = make({ ...options, written: idWritten(contract, options) });
      if (options.defect === 'other root element') made.root.name = 'other_element';
      if (options.defect === 'required value missing') takeRequired(made);
      return writeTree(made.root, closedIn(contract, made), namespaces);
    },
  };
}

/** A column that leaves nothing of its document if it has no value. */
function isNeeded(column: NestedColumn): column is PathsColumn {
  const { required, source } = column;
  if (!required || source.kind !== 'paths' || source.default !== null) return false;
  return source.alternatives.flat().every(({ reads }) => reads === 'value');
}

/** The id that stands in a document. */
function idWritten({ source }: NestedContract, { documentId, defect }: WriteOptions): string {
  if (defect === 'id not a number') return `A-${documentId}`;
  if (defect !== 'id of another document') return documentId;
  return source.idType.kind === 'uniqueidentifier' ? `9${documentId.slice(1)}` : `9${documentId}`;
}

/** Takes the value of a required column out, in the first row that its table then does not take. */
function takeRequired({ rows }: MadeDocument): void {
  for (const { table, row, check } of rows) {
    for (const column of table.columns) {
      if (table.where !== null || !isNeeded(column)) continue;
      for (const find of columnFinds(row, column)) takeOut(find, row);
      if (!check(row)) return;
    }
  }
}

function takeOut({ node, attribute }: XmlFind, row: DraftRow): void {
  if (attribute !== null) node.attributes.splice(node.attributes.indexOf(attribute), 1);
  else if (node.parent === null || node === row.find.node || node.children.length > 0) node.text = null;
  else node.parent.children.splice(node.parent.children.indexOf(node), 1);
}
