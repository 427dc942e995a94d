import type mssql from 'mssql';
import { z } from 'zod';

const NAMES = z.array(z.object({ name: z.string() }));

/** Removes a schema and its tables. */
export async function dropSchema(pool: mssql.ConnectionPool, schema: string): Promise<void> {
  const tables = await pool.query(`SELECT t.name FROM sys.tables t WHERE t.schema_id = SCHEMA_ID('${schema}')`);
  for (const { name } of NAMES.parse(tables.recordset)) await pool.query(`DROP TABLE [${schema}].[${name}]`);
  await pool.query(`DROP SCHEMA ${schema}`);
}
