import type { RowTableKind } from './mapping-types.ts';

/*
 * The names that the original implementation had built in (spec 14). A contract that says nothing else gets them.
 */

/** What the rows of a table are; `application` is any table that nothing else is said about. */
export type TableKind = 'root' | 'application' | 'contact' | 'address' | 'employment' | 'each' | RowTableKind;

/** Tables that are known by their names. */
export const TABLE_KINDS: ReadonlyMap<string, TableKind> = new Map([
  ['app_base', 'root'],
  ['app_contact_base', 'contact'],
  ['app_contact_address', 'address'],
  ['app_contact_employment', 'employment'],
  ['scores', 'score'],
  ['indicators', 'indicator'],
  ['app_historical_lookup', 'history'],
  ['app_report_results_lookup', 'report'],
  ['app_policy_exceptions_rl', 'exception'],
  ['app_warranties_rl', 'group'],
  ['app_collateral_rl', 'group'],
]);

/** Columns that the row-creating types fill (spec 9). */
export const ROW_COLUMNS = {
  score: { identifier: 'score_identifier', value: 'score' },
  indicator: { name: 'indicator', value: 'value' },
  history: { name: 'name', source: 'source', value: 'value' },
  report: { name: 'name', value: 'value', key: 'source_report_key' },
  exception: { type: 'policy_exception_type_enum', reason: 'reason_code', notes: 'notes' },
} as const;

/** How a group table fills its rows. */
export interface GroupOptions {
  readonly groupColumn: string;
  readonly always: Readonly<Record<string, string>>;
  readonly defaults: boolean;
  readonly positiveOnly: readonly string[];
}

/** The group tables of the original. */
export const GROUPS: ReadonlyMap<string, GroupOptions> = new Map<string, GroupOptions>([
  [
    'app_warranties_rl',
    { groupColumn: 'warranty_type_enum', always: { merrick_lienholder_flag: '0' }, defaults: false, positiveOnly: [] },
  ],
  ['app_collateral_rl', { groupColumn: 'sort_order', always: {}, defaults: true, positiveOnly: ['wholesale_value'] }],
]);

/** Columns of the application id and the contact id. */
export const KEY_COLUMNS = { document: 'app_id', contact: 'con_id' };
/** Attribute of a contact that holds its id. */
export const CONTACT_ID_ATTRIBUTE = 'con_id';

/** Second column of the unique key of addresses and employments (spec 11.2). */
export const CHILD_TYPE_COLUMNS = { address: 'address_type_enum', employment: 'employment_type_enum' };

/** What a contact, address or employment must not lack altogether (spec 5.1, 5.2). */
export const MEANINGFUL: ReadonlyMap<
  string,
  {
    readonly attributes: readonly string[];
    readonly textColumns: readonly string[];
    readonly numberColumns: readonly string[];
  }
> = new Map([
  ['contact', { attributes: ['birth_date', 'first_name', 'last_name', 'ssn'], textColumns: [], numberColumns: [] }],
  [
    'address',
    {
      attributes: ['zip_code', 'city', 'street_name'],
      textColumns: ['zip', 'city', 'street_name', 'street_number', 'state'],
      numberColumns: [],
    },
  ],
  [
    'employment',
    {
      attributes: ['business_name', 'zip_code', 'city'],
      textColumns: ['business_name', 'job_title', 'zip', 'city'],
      numberColumns: ['monthly_salary'],
    },
  ],
]);

/** What documents were called by their application element (spec 4.2). */
export const PRODUCT_NAMES: ReadonlyMap<string, string> = new Map([
  ['application', 'Credit Card'],
  ['IL_application', 'Rec Lending'],
]);

/** The log table. */
export const LOG_TABLE = 'processing_log';
/** Schema of all tables, unless the contract says otherwise. */
export const DEFAULT_SCHEMA = 'dbo';
