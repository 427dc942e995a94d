import type mssql from 'mssql';
import { z } from 'zod';

const NAMES = z.array(z.object({ name: z.string() }));

/** Removes a schema and its tables; those that others refer to go after them. */
export async function dropSchema(pool: mssql.ConnectionPool, schema: string): Promise<void> {
  const tables = await pool.query(`SELECT t.name FROM sys.tables t WHERE t.schema_id = SCHEMA_ID('${schema}')`);
  for (let left = NAMES.parse(tables.recordset); left.length > 0;) {
    const dropped = await Promise.allSettled(left.map(({ name }) => pool.query(`DROP TABLE [${schema}].[${name}]`)));
    const kept = left.filter((_, index) => dropped[index]?.status === 'rejected');
    const [reason] = dropped.flatMap((drop) => (drop.status === 'rejected' ? [drop.reason] : []));
    if (kept.length === left.length) throw reason;
    left = kept;
  }
  await pool.query(`DROP SCHEMA ${schema}`);
}
