import { z } from 'zod';
import { groupTables, type ExistingTable } from '../existing.ts';
import { CATALOG_COLUMNS, columnOf, typeText, COLUMN } from './catalog.ts';
import { NUMBER } from './run-rows.ts';
import type { Session, Statement } from './statement.ts';

const ROW = COLUMN.extend({ schemaName: z.string(), inKey: NUMBER });

/** All tables of the database. */
export async function existingTables(db: Session): Promise<readonly ExistingTable[]> {
  const rows = await db.all(ROW, existingStatement());
  return groupTables(
    rows.map((row) => {
      const column = columnOf(row);
      return {
        schema: row.schemaName,
        table: row.tableName,
        name: column.name,
        type: typeText(column),
        nullable: column.nullable,
        isFilled: column.hasDefault || column.identity || column.serverOnly,
        inKey: row.inKey,
      };
    }),
  );
}

export function existingStatement(): Statement {
  return {
    sql: `SELECT s.name AS schemaName, ${CATALOG_COLUMNS},
  COALESCE((SELECT MIN(CAST(ic.key_ordinal AS int)) FROM sys.indexes i JOIN sys.index_columns ic ON ic.object_id = i.object_id AND ic.index_id = i.index_id
    WHERE i.object_id = t.object_id AND i.is_primary_key = 1 AND ic.column_id = c.column_id AND ic.key_ordinal > 0), 0) AS inKey
FROM sys.objects t JOIN sys.schemas s ON s.schema_id = t.schema_id JOIN sys.columns c ON c.object_id = t.object_id
WHERE t.type = 'U' AND t.is_ms_shipped = 0
ORDER BY s.name, t.name, c.column_id`,
    inputs: {},
  };
}
