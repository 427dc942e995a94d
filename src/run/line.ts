import type { AnyContract } from '../contract/contract.ts';
import { ANY_INTEGER, type IdType } from '../document-id.ts';
import { InputError } from '../errors.ts';
import type { DestinationTable, WorkSet } from '../store/destination.ts';
import { logConflict, refuseConflict } from '../store/log-conflict.ts';
import type { Database, Store } from '../store/port.ts';
import { toDestinationTables, toWorkSet } from './contract-tables.ts';

/** A product line made ready to run. */
export interface Line {
  readonly productLine: string;
  readonly contract: AnyContract;
  readonly tables: readonly DestinationTable[];
  readonly workSet: WorkSet;
  /** What its tables are called in this database. */
  readonly tableName: Database['tableName'];
  /** What its documents are told apart by. */
  readonly idType: IdType;
  readonly store: Store;
  /** Whether its database does its work in this thread. */
  readonly isEmbedded: boolean;
}

/** Every product line of a process, on one database. */
export interface Lines {
  readonly database: Database;
  /** Throws an `InputError` that lists the known ones. */
  find(productLine: string): Line;
  all(): readonly Line[];
}

/** Makes lines of contracts. Lines that would mix their documents in one log are refused. */
export function openLines(options: { readonly database: Database; readonly contracts: readonly AnyContract[] }): Lines {
  const { database, contracts } = options;
  const users = contracts.map((contract) => ({ name: contract.productLine, workSet: toWorkSet(contract) }));
  refuseConflict(users.flatMap((user) => logConflict(user, users) ?? []));
  const lines = new Map(contracts.map((contract) => [contract.productLine, openLine(database, contract)]));
  return {
    database,
    all: () => [...lines.values()],
    find: (productLine) => {
      const line = lines.get(productLine);
      if (line !== undefined) return line;
      throw new InputError('Unknown product line', [
        {
          place: 'product_line',
          message: `'${productLine}' is not known`,
          advice: `Known are ${[...lines.keys()].join(', ')}.`,
        },
      ]);
    },
  };
}

/** What the source table of a line is called. */
export function sourceName({ tableName, workSet }: Line): string {
  const { schema, sourceSchema = schema, sourceTable } = workSet;
  return tableName(sourceSchema, sourceTable);
}

function openLine(database: Database, contract: AnyContract): Line {
  const workSet = toWorkSet(contract);
  return {
    productLine: contract.productLine,
    contract,
    workSet,
    idType: workSet.idType ?? ANY_INTEGER,
    tables: toDestinationTables(contract),
    tableName: database.tableName,
    store: database.store(workSet),
    isEmbedded: database.dialect === 'sqlite',
  };
}
