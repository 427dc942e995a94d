import { InputError } from '../errors.ts';

export type Dialect = 'sqlite' | 'mssql';

/** A name in the dialect's quotes. Refuses what no identifier may be: empty, over 128 characters, control characters. */
export function quote(dialect: Dialect, name: string): string {
  return enclose(dialect, checked(name));
}

/** A table in its schema. SQLite has no schemas: there `[migration].[app_base]` is the table `"migration.app_base"`. */
export function qualify(dialect: Dialect, schema: string, table: string): string {
  if (dialect === 'sqlite') return enclose(dialect, `${checked(schema)}.${checked(table)}`);
  return `${quote(dialect, schema)}.${quote(dialect, table)}`;
}

function enclose(dialect: Dialect, name: string): string {
  return dialect === 'sqlite' ? `"${name.replaceAll('"', '""')}"` : `[${name.replaceAll(']', ']]')}]`;
}

function checked(name: string): string {
  if (name !== '' && name.length <= 128 && !/\p{Cc}/u.test(name)) return name;
  throw new InputError('Bad database identifier', [
    {
      place: JSON.stringify(name),
      message: 'not a name of a table or column',
      advice: 'Use 1 to 128 printable characters.',
    },
  ]);
}
