import { factsOfStep, MAPPING_TYPES, parseChain, printStep, rowStep } from './mapping-types.ts';
import type { ParameterRule } from './mapping-types.ts';
import type { Step } from './contract.ts';
import { ownTablesOf } from '../own-tables.ts';
import { DATA_TYPES, dataType } from './data-types.ts';
import { checkSpelling, printPosition, suggest } from './findings.ts';
import type { Finding, Findings, Position } from './findings.ts';
import { isPath, NC_NAME, pathMeant } from './names.ts';
import { enumName } from './normalise.ts';
import type { Expression } from '../expression/expression.ts';
import { parseExpression } from '../expression/parse-expression.ts';
import { visitExpression } from '../expression/visit.ts';
import type { RawMapping } from './schema.ts';
import type { Draft, Indexed } from './shape.ts';
import { logTable, tableKind } from './tables.ts';

type Report = (list: keyof Findings, key: string, message: string, advice?: string, at?: Position) => void;

/** Checks one mapping by itself and against the enums, filter rules and tables that it refers to. */
export function checkMapping(draft: Draft, mapping: Indexed<RawMapping>, findings: Findings): void {
  const report: Report = (list, key, message, advice = '', at) =>
    findings[list].push({ path: ['mappings', mapping.index, key], message, advice, ...(at && withinText(at)) });
  const steps = parseChain(mapping.mapping_type);
  checkTarget(draft, mapping, steps, report);
  checkPath(draft, mapping, steps, report);
  checkAttribute(mapping, report);
  checkType(mapping, report);
  for (const step of steps) checkStep(draft, mapping, step, report);
  checkEnum(draft, mapping, steps, report);
  checkExpression(draft, mapping, steps, report);
}

function withinText({ line, column }: Position): Pick<Finding, 'within' | 'offset'> {
  return line === 1 ? { within: `column ${column}`, offset: column - 1 } : { within: printPosition({ line, column }) };
}

/** No column twice in a table, except by types that pick their contact or row (spec 2.5). SQL does not tell case. */
export function checkDuplicateColumns(draft: Draft, { faults }: Findings): void {
  const first = new Map<string, number>();
  for (const mapping of draft.mappings) {
    const { target_table: table, target_column: column, index } = mapping;
    const steps = parseChain(mapping.mapping_type);
    const repeatable = rowStep(steps, tableKind(draft, table)) !== undefined || steps.some(isLastValid);
    if (!column || repeatable) continue;
    const key = `${table}.${column}`.toLowerCase();
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, index);
    else {
      faults.push({
        path: ['mappings', index, 'target_column'],
        message: `${table}.${column} is already the target of mappings[${earlier}]`,
        advice: 'Keep one of the two.',
      });
    }
  }
}

function isLastValid({ name }: Step): boolean {
  return name === 'last_valid_pr_contact' || name === 'last_valid_sec_contact';
}

function checkTarget(draft: Draft, mapping: RawMapping, steps: readonly Step[], report: Report): void {
  const { target_table: table, target_column: column } = mapping;
  const own = [logTable(draft), ...Object.values(ownTablesOf(logTable(draft))), draft.source_table];
  if (own.some((name) => name.toLowerCase() === table.toLowerCase())) {
    report(
      'faults',
      'target_table',
      `${table} is a table that the converter itself reads or writes`,
      'Choose another table.',
    );
  }
  if (draft.broken.has('tables') || draft.broken.has('row_tables')) return;
  const kind = tableKind(draft, table);
  const makesRows = rowStep(steps, kind) !== undefined;
  if (!column && (!makesRows || kind === 'group')) {
    report(
      'faults',
      'target_column',
      'is missing',
      'Name the column; only the types that make rows of fixed columns do without, each in its own table.',
    );
  }
  if (!makesRows && MAPPING_TYPES.some((type) => factsOfStep(type)?.makes === kind)) {
    report('warnings', 'mapping_type', `has no type that makes rows in ${table}, so the mapping has no effect`);
  }
}

/** The original loads any path; one that can match nothing it reads as absent. Rows of some tables read their own element whatever it says. */
function checkPath(draft: Draft, mapping: RawMapping, steps: readonly Step[], report: Report): void {
  const { xml_path: path, target_table: table } = mapping;
  const selects = steps.some(({ name }) => factsOfStep(name)?.selectsContact === true);
  const kind = draft.broken.has('tables') || draft.broken.has('row_tables') ? null : tableKind(draft, table);
  const readsOwn = (kind === 'address' || kind === 'employment') && !selects;
  if (readsOwn || steps.some(({ name }) => name === 'calculated_field')) return;
  if (!isPath(path)) {
    const meant = pathMeant(path);
    const advice = meant === null ? 'An attribute is named in xml_attribute.' : `Write ${meant}.`;
    report(
      'warnings',
      'xml_path',
      `${JSON.stringify(path)} is no absolute path of local names such as /A/B/C, so nothing is ever found there`,
      advice,
    );
    return;
  }
  const root = draft.xml_root_element.replace(/^[^:]*:/, '');
  if (!draft.broken.has('xml_root_element') && path !== `/${root}` && !path.startsWith(`/${root}/`)) {
    report('warnings', 'xml_path', `does not begin with the root element /${root}, so nothing is ever found there`);
  }
}

function checkAttribute({ xml_attribute: attribute }: RawMapping, report: Report): void {
  if (!attribute) return;
  if (!ATTRIBUTE.test(attribute)) {
    report(
      'warnings',
      'xml_attribute',
      `${JSON.stringify(attribute)} is no attribute name, so nothing is ever found there`,
      'Write the name alone, without a path.',
    );
  } else if (OWN_MEMBERS.has(attribute)) {
    report(
      'warnings',
      'xml_attribute',
      `reads the ${OWN_MEMBERS.get(attribute)}, as in the original, not an attribute of this name (P06)`,
      `Write "@${attribute}" to read the attribute.`,
    );
  }
}

/** A name, with a prefix or without; `@` before it says that an attribute is meant whatever it is called. */
const ATTRIBUTE = new RegExp(`^@?(?:${NC_NAME}:)?${NC_NAME}$`, 'u');

/** Names under which the original keeps other things than attributes; `text` is the documented way to read text (P06). */
export const OWN_MEMBERS: ReadonlyMap<string, string> = new Map([
  ['tag', 'name of the element'],
  ['path', 'path of the element'],
  ['attributes', 'list of attributes'],
  ['tail', 'text after the element'],
]);

function checkType(mapping: RawMapping, report: Report): void {
  const { data_type: type, data_length: length, default_value: value } = mapping;
  if (dataType(type) === 'other') {
    const meant = suggest(type, DATA_TYPES);
    report(
      'warnings',
      'data_type',
      `${type} is not a known type and is read as text`,
      meant === undefined ? `Use one of ${DATA_TYPES.join(', ')}.` : `Did you mean ${meant}?`,
    );
  }
  if (type === 'decimal' && Number(length ?? 0) > 38) {
    report('faults', 'data_length', `a decimal has at most 38 digits after the point, found ${length}`);
  }
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    report('faults', 'default_value', 'is too large to be read exactly as a number', 'Write it as text, in quotes.');
  }
}

function checkStep(draft: Draft, mapping: RawMapping, { name, parameter }: Step, report: Report): void {
  const facts = factsOfStep(name);
  if (facts === null) {
    report(
      'warnings',
      'mapping_type',
      `${name} is not a known type; it only converts to the data type`,
      checkSpelling(name, MAPPING_TYPES),
    );
  }
  const makes = facts?.makes ?? null;
  if (facts !== null && makes !== null && !draft.broken.has('tables') && !draft.broken.has('row_tables')) {
    if (tableKind(draft, mapping.target_table) !== makes) {
      report(
        'warnings',
        'mapping_type',
        `${name} makes rows only in a table of kind ${makes}, which ${mapping.target_table} is not; here it only converts`,
        `Declare the table under row_tables, or correct target_table.`,
      );
    } else if (!fits(parameter, facts.parameter)) {
      report(
        'warnings',
        'mapping_type',
        `${name} ${PARAMETER_WORDS[facts.parameter]}, found ${printStep({ name, parameter })}`,
        'Correct it, or no rows come of the mapping.',
      );
    }
  }
  const hasRule = (type: string): boolean => draft.filterRules.some((rule) => rule.element_type === type);
  const missing = (facts?.rules ?? []).filter((rule) => !hasRule(rule));
  for (const type of draft.broken.has('element_filtering') ? [] : missing) {
    report(
      'faults',
      'mapping_type',
      `${name} needs a filter rule with element_type ${type}`,
      'Add it to element_filtering.',
    );
  }
  const bits = facts?.bits ?? null;
  if (bits !== null && !draft.broken.has('bit_conversions') && draft.bit_conversions?.[bits] === undefined) {
    report('warnings', 'mapping_type', `bit_conversions has no ${bits}, so every value becomes 0`);
  }
}

const PARAMETER_WORDS: Readonly<Record<ParameterRule, string>> = {
  none: 'is written without parentheses',
  optional: 'takes a key in parentheses, or none',
  text: 'needs a name in parentheses',
  integer: 'needs a whole number in parentheses',
  'integer or empty': 'needs a whole number in parentheses, or () for the notes',
};

function fits(parameter: string | null, rule: ParameterRule): boolean {
  if (rule === 'none') return parameter === null;
  if (rule === 'optional') return parameter !== '';
  if (rule === 'text') return parameter !== null && parameter !== '';
  return parameter !== null && (/^-?\d{1,9}$/.test(parameter) || (rule === 'integer or empty' && parameter === ''));
}

/** The original let a misspelt `enum_name` pass where the column's name matched an enum, then found none (spec 2.5). */
function checkEnum(draft: Draft, mapping: RawMapping, steps: readonly Step[], report: Report): void {
  const used = steps.some(({ name }) => name === 'enum');
  if (mapping.enum_name && !used) report('warnings', 'enum_name', 'has no effect without the type enum');
  const name = enumName(mapping);
  if (!used || draft.broken.has('enum_mappings') || Object.hasOwn(draft.enum_mappings ?? {}, name)) return;
  const meant = suggest(name, Object.keys(draft.enum_mappings ?? {}));
  if (mapping.enum_name) {
    const advice = meant === undefined ? 'Correct the name, or add the enum.' : `Did you mean ${meant}?`;
    report('faults', 'enum_name', `enum_mappings has no ${name}`, advice);
  } else {
    report(
      'faults',
      'mapping_type',
      name === '' ? 'enum has neither enum_name nor a column to be named like' : `enum_mappings has no ${name}`,
      'Add an enum named like the column, or name another one by enum_name.',
    );
  }
}

function checkExpression(draft: Draft, mapping: RawMapping, steps: readonly Step[], report: Report): void {
  const { expression } = mapping;
  const calculated = steps.some(({ name }) => name === 'calculated_field');
  if (!calculated && expression) report('warnings', 'expression', 'has no effect without the type calculated_field');
  if (!calculated) return;
  checkPosition(draft, mapping, steps, report);
  if (!expression?.trim()) {
    report('faults', 'expression', 'is missing', 'Add the expression that calculated_field computes.');
    return;
  }
  const parsed = parseExpression(expression);
  if (parsed.ok) return checkModulo(parsed.expression, report);
  report('faults', 'expression', parsed.message, '', parsed);
}

/** The original has no operator %, so that a value with one is never there (spec 8.3). */
function checkModulo(expression: Expression, report: Report): void {
  let found = false;
  visitExpression(expression, (part) => {
    found ||= part.kind === 'arithmetic' && part.op === '%';
  });
  if (found)
    report('warnings', 'expression', 'has the operator %, which gives no value in this format, as in the original');
}

/** The original puts an internal marker into the column where a calculation does not come first (spec 15). */
function checkPosition(
  draft: Draft,
  { target_table: table }: RawMapping,
  steps: readonly Step[],
  report: Report,
): void {
  if (steps[0]?.name !== 'calculated_field') {
    report('faults', 'mapping_type', 'has calculated_field after another type', 'Put calculated_field first.');
  }
  if (draft.broken.has('tables') || draft.broken.has('row_tables')) return;
  const row = rowStep(steps, tableKind(draft, table));
  if (row === undefined || row.name === 'add_collateral') return;
  report(
    'faults',
    'mapping_type',
    `has calculated_field with ${row.name}, which reads an attribute and no calculation`,
    'Remove one of the two; only add_collateral takes calculated values.',
  );
}
