import { z } from 'zod';
import type { AnyContract, Contract, Mapping, RowSource } from '../contract/contract.ts';
import { printExpression } from '../expression/print-expression.ts';
import { listRuns } from '../run/control.ts';
import { toDestinationTables, toWorkSet } from '../run/contract-tables.ts';
import { nestedColumns, viewNested } from './nested-contract.ts';
import type { Lines } from '../run/line.ts';
import { explainError } from '../run/prepared.ts';
import { StoreError } from '../store/port.ts';
import { withLine } from './backend.ts';
import { NO_INPUT, endpoint, flag } from './endpoint.ts';
import { notFound } from './problem.ts';
import { contractList, contractView } from './views.ts';

export const listContractsEndpoint = endpoint({
  ...NO_INPUT,
  query: z.strictObject({
    counts: z.enum(['true', 'false']).default('true').describe('false = without asking the database'),
  }),
  answer: {
    status: 200,
    description: 'The contracts of this deployment, and what waits for each',
    schema: contractList,
  },
  handle: async ({ query }, { backend }) => {
    const { contracts, faults } = await backend.contracts();
    const lines = query.counts === 'true' && contracts.length > 0 ? await backend.lines() : null;
    const views = contracts.map(async (contract) => ({
      ...summarize(contract),
      tables: toDestinationTables(contract).map(({ name }) => name),
      ...(lines === null ? {} : await countLine(lines, contract.productLine)),
    }));
    return { status: 200, body: { contracts: await Promise.all(views), faults } };
  },
});

/** A line whose tables cannot be read says why, and keeps no other from being counted. */
async function countLine(lines: Lines, productLine: string): Promise<object> {
  const line = lines.find(productLine);
  const { store } = line;
  try {
    const [counts, [last]] = await Promise.all([
      store.countDocuments(),
      listRuns(lines, { limit: 1, offset: 0, productLine }),
    ]);
    const documents = {
      pending: counts.pending,
      first_pending_app_id: counts.firstPending,
      failed: counts.failed,
      last_run: last ?? null,
    };
    return { documents };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const reason = await explainError(line, error);
    return { not_ready: reason.message };
  }
}

export const getContractEndpoint = endpoint({
  ...NO_INPUT,
  params: z.strictObject({ product_line: z.string() }),
  query: z.strictObject({ check: flag.describe('true = also what the database says of it') }),
  answer: {
    status: 200,
    description: 'Tables in the order they are filled, and what feeds their columns',
    schema: contractView,
  },
  problems: [404],
  handle: async ({ params, query }, { backend }) => {
    const { contracts } = await backend.contracts();
    const contract = contracts.find(({ productLine }) => productLine === params.product_line);
    if (contract === undefined) throw notFound(`There is no product line ${params.product_line}.`);
    const body = viewContract(contract);
    if (query.check === 'false') return { status: 200, body };
    const database = await withLine(backend, contract.productLine, ({ store, tables }) => store.check(tables));
    return { status: 200, body: { ...body, database } };
  },
});

function summarize(contract: AnyContract): object {
  const { schema, sourceTable, sourceColumn, logTable } = toWorkSet(contract);
  const roots = contract.format === 1 ? [contract.rootElement] : contract.roots.map(({ local }) => local ?? '*');
  const mappings =
    contract.format === 1 ? contract.tables.flatMap((table) => table.mappings) : nestedColumns(contract.tables);
  return {
    product_line: contract.productLine,
    product_name: contract.productName,
    hash: contract.hash,
    target_schema: schema,
    source_table: sourceTable,
    source_column: sourceColumn,
    log_table: logTable,
    root_element: roots.join(', '),
    mappings: mappings.length,
  };
}

function viewContract(contract: AnyContract): object {
  const { application } = toWorkSet(contract);
  return {
    ...summarize(contract),
    application_table: application && `${application.schema}.${application.table}`,
    ...(contract.format === 1 ? viewOriginal(contract) : viewNested(contract)),
  };
}

function viewOriginal(contract: Contract): object {
  const columns = toDestinationTables(contract);
  return {
    application_id: contract.applicationId,
    tables: contract.tables.map((table, index) => ({
      name: table.name,
      rows: viewRows(table.rows),
      keys: table.keys,
      unique_key: table.uniqueKey,
      on_duplicate: table.onDuplicate,
      columns: columns[index]?.columns ?? [],
      mappings: table.mappings.map(viewMapping),
    })),
  };
}

function viewRows(rows: RowSource): object {
  const filter = 'filter' in rows ? rows.filter : null;
  return {
    kind: rows.kind,
    path: filter?.path ?? null,
    required: filter === null ? {} : Object.fromEntries(filter.required),
    rules: [],
  };
}

function viewMapping(mapping: Mapping): object {
  const { index, column, path, attribute, steps, nullable, defaultValue, expression, enumeration } = mapping;
  return {
    index,
    column,
    path,
    whole_paths: path === '' ? [] : [path],
    attribute,
    steps: steps.map(({ name, parameter }) => (parameter === null ? name : `${name}(${parameter})`)),
    nullable,
    default: defaultValue,
    expression: expression && printExpression(expression),
    enumeration: enumeration && [...enumeration].map(([from, to]) => ({ from, to })),
  };
}
