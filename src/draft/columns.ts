import { snakeCase, type NameParts } from './names.ts';
import type { AttributePlace, Place } from './place.ts';
import type { Prefixes } from './prefixes.ts';
import type { Declarations } from './schema.ts';
import { poolNumbers, typeOf, type DraftType, type NumberPool } from './types.ts';
import type { Values } from './values.ts';
import { count as counted } from '../words.ts';

export interface DraftColumn {
  readonly name: string;
  readonly from: string;
  readonly type: DraftType;
  /** Other keys, in the order in which they are written. */
  readonly keys: Readonly<Record<string, string>>;
  readonly required: boolean;
  readonly comment: string;
  /** Values that were seen, and characters of the longest. */
  readonly seen: { readonly count: number; readonly longest: number };
  /** Whether a table that is there lacks it. */
  readonly isAbsent?: boolean;
  /** Whether its values told rows of one parent apart in the samples. */
  readonly isKey: boolean;
}

/** A column whose name waits for those of the others. */
export interface UnnamedColumn extends Omit<DraftColumn, 'name'>, NameParts {}

/** Something of the samples that no column reads, and why. */
export interface LeftOut {
  readonly path: string;
  readonly why: string;
}

/** Where a column's values stand. */
export interface Spot {
  readonly prefixes: Prefixes;
  readonly pools: NumberPools;
  readonly declared: Declarations;
  /** The element of the table's rows. */
  readonly row: Place;
  /** From there to the element that has the values, as a path and as names in snake case, the row's own first. */
  readonly path: string;
  readonly parts: readonly string[];
}

/** By what values are called. */
export type NumberPools = ReadonlyMap<string, NumberPool>;

/** What numbers of each name have in common. */
export function poolAll(roots: Iterable<Place>): NumberPools {
  const pools = new Map<string, NumberPool>();
  const add = (values: Values, name: string): void => {
    const pool = poolNumbers(pools.get(name), values);
    if (pool !== undefined) pools.set(name, pool);
  };
  const visit = (place: Place): void => {
    add(place.values, meaningOf(place.local, place.parent));
    for (const { local, values } of place.attributes.values()) add(values, meaningOf(local, place));
    for (const child of place.children.values()) visit(child);
  };
  for (const root of roots) visit(root);
  return pools;
}

/** What a value is called; where its own name says nothing, that of the element around it, and of its bounds what they are bounds of. */
function meaningOf(local: string, around: Place | null): string {
  const name = SAYS_NOTHING.test(local) && around !== null ? around : null;
  if (name === null) return snakeCase(local);
  const isBound = /^(?:low|high|center|start|end|from|to)$/i.test(name.local) && name.parent !== null;
  return snakeCase(isBound ? `${name.parent?.local ?? ''}_${name.local}` : name.local);
}

const SAYS_NOTHING = /^(?:value|val|content|text|v)$/i;

export function xmlColumn(place: Place, { row, path, parts }: Spot, why: string): UnnamedColumn {
  return {
    parts: parts.length === 1 ? parts : parts.slice(1),
    otherwise: 'xml',
    from: path,
    type: { type: 'xml' },
    keys: {},
    required: false,
    comment: `${counts(place.count, row)}, ${why}`,
    seen: { count: place.count, longest: 0 },
    isKey: false,
  };
}

const INSTANCE = 'http://www.w3.org/2001/XMLSchema-instance';

const NO_DATA: Readonly<Record<string, string>> = {
  schemaLocation: 'says where the schema is',
  noNamespaceSchemaLocation: 'says where the schema is',
  nil: 'says that the element is empty: NULL',
};

/** A column of an attribute, or why there is none; then its path is that from the element. */
export function attributeColumn(attribute: AttributePlace, place: Place, spot: Spot): UnnamedColumn | LeftOut {
  const { local, namespace, values } = attribute;
  const why = namespace === INSTANCE ? NO_DATA[local] : undefined;
  if (why !== undefined) return { path: `@xsi:${local}`, why };
  const name = spot.prefixes.qualify(local, namespace);
  if (values.count === 0) return { path: `@${name}`, why: 'always blank' };
  const parts = spot.parts.length === 1 ? [] : spot.parts.slice(1);
  // Where elements have their values in an attribute of that name, they are called like the elements.
  const isAlone = place !== spot.row || (place.attributes.size === 1 && place.children.size === 0);
  const isValue = local === 'value' && namespace === '' && place.values.count === 0 && isAlone;
  return {
    parts: isValue ? (parts.length === 0 ? spot.parts : parts) : [...parts, snakeCase(local)],
    otherwise: isValue ? 'value' : namespace === '' ? 'attribute' : snakeCase(name),
    from: spot.path === '.' ? `@${name}` : `${spot.path}/@${name}`,
    keys: {},
    ...described(attribute, place, spot, meaningOf(local, place), place === spot.row),
  };
}

/** A column of an element's text. */
export function valueColumn(place: Place, spot: Spot): UnnamedColumn {
  const isOwn = place === spot.row || (place.parent === spot.row && place.children.size === 0);
  return {
    parts: spot.parts.length === 1 ? spot.parts : spot.parts.slice(1),
    ...(SAYS_NOTHING.test(place.local) && { otherwise: 'value' }),
    from: spot.path,
    keys: place.children.size === 0 ? {} : { text: 'own' },
    ...described(place, place, spot, meaningOf(place.local, place.parent), isOwn && place !== spot.row),
  };
}

/** A column that tells where an element stands that is always empty. */
export function presenceColumn(place: Place, { row, path, parts }: Spot): UnnamedColumn {
  return {
    parts: parts.slice(1),
    from: path,
    type: { type: 'int' },
    keys: { take: 'count' },
    required: false,
    comment: `${counts(place.count, row)}, always empty: 1 where it stands`,
    seen: { count: place.count, longest: 1 },
    isKey: false,
  };
}

/** One row of a kind shows nothing of what all rows have. */
const FEWEST_ROWS = 2;

/** `of` is what has the values, in the element `place`. */
function described(
  of: Place | AttributePlace,
  place: Place,
  { row, pools, declared }: Spot,
  name: string,
  isOwn: boolean,
): Pick<UnnamedColumn, 'type' | 'required' | 'comment' | 'seen' | 'isKey'> {
  const { values } = of;
  const type = typeOf(values, { name, pool: pools.get(name), facets: declared.get(of)?.facets });
  const remark = type.remark === undefined ? '' : `, ${type.remark}`;
  const isInAll = values.count === row.count;
  const isMandatory = declared.has(of) ? mandatory(of, place, row, declared) : row.count >= FEWEST_ROWS;
  return {
    type,
    required: isInAll && isMandatory,
    comment: `${counts(values.count, row)}${extentOf(values, type)}${remark}`,
    seen: { count: values.count, longest: values.longest },
    isKey: isOwn && isDistinct(values, row, type, name),
  };
}

/** Whether a schema asks for it in every row. */
function mandatory(of: Place | AttributePlace, place: Place, row: Place, declared: Declarations): boolean {
  if (of !== place && declared.get(of)?.isMandatory !== true) return false;
  for (let at: Place | null = place; at !== null && at !== row; at = at.parent)
    if (declared.get(at)?.isMandatory !== true) return false;
  return true;
}

function counts(count: number, row: Place): string {
  return `${count} of ${row.count}`;
}

function extentOf({ longest, wholeDigits, fractionDigits }: Values, { type }: DraftType): string {
  if (type.startsWith('nvarchar')) return `, up to ${counted(longest, 'character')}`;
  if (type.startsWith('decimal'))
    return `, up to ${counted(wholeDigits, 'digit')} and ${fractionDigits} behind the point`;
  return '';
}

/** Few rows differ by chance: then only what is called like a key counts. */
function isDistinct({ count, within }: Values, row: Place, { type }: DraftType, name: string): boolean {
  if (within === null || count < row.count || row.most < 2 || !canBeKey(type)) return false;
  return row.count >= MANY_ROWS || soundsLikeId(name);
}

const MANY_ROWS = 10;

/** Whether values of a type tell things apart. */
export function canBeKey(type: string): boolean {
  return /^(?:int|bigint|uniqueidentifier|nvarchar\(\d{1,3}\))$/.test(type);
}

/** Whether what is called so (in snake case) tells things apart. */
export function soundsLikeId(name: string): boolean {
  return /(?:^|_)(?:id|no|nr|number|key|code|ref|reference|alg|algorithm|name)$/.test(name);
}

/** From a row to an element in it, or from the document. */
export function pathFrom(row: Place | null, place: Place, prefixes: Prefixes): string {
  if (row === place) return '.';
  const steps: string[] = [];
  for (let at: Place | null = place; at !== null && at !== row; at = at.parent)
    steps.unshift(at.clashes ? prefixes.qualifyElement(at.local, at.namespace) : at.local);
  return `${row === null ? '/' : ''}${steps.join('/')}`;
}
