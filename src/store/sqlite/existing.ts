import { z } from 'zod';
import { groupTables, type ExistingTable } from '../existing.ts';
import type { Connection } from './connection.ts';

const ROW = z.object({
  name: z.string(),
  column: z.string(),
  type: z.string(),
  required: z.int(),
  filled: z.int(),
  inKey: z.int(),
});

/** All tables of a file; what stands before a point in a name is the schema. */
export function existingTables(db: Connection): readonly ExistingTable[] {
  const sql = `SELECT t.name, c.name AS "column", c.type, c."notnull" = 1 OR c.pk > 0 AS required,
      c.dflt_value IS NOT NULL OR (c.pk = 1 AND upper(c.type) = 'INTEGER') AS filled, c.pk AS inKey
    FROM sqlite_schema t JOIN pragma_table_info(t.name) c
    WHERE t.type = 'table' AND t.name NOT GLOB 'sqlite_*' ORDER BY t.name, c.cid`;
  return groupTables(
    db.all(ROW, sql).map(({ name, column, type, required, filled, inKey }) => {
      const point = name.indexOf('.');
      return {
        schema: point === -1 ? 'dbo' : name.slice(0, point),
        table: name.slice(point + 1),
        name: column,
        type: type.toLowerCase(),
        nullable: required === 0,
        isFilled: filled === 1,
        inKey,
      };
    }),
  );
}
