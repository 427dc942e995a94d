import type { FilterRule } from '../contract/contract.ts';
import type { Document, Name } from './document.ts';
import type { Refusal } from './trace.ts';

/** A filter rule in numbers, asked of the document that is being mapped. */
export interface Rule {
  readonly filter: FilterRule;
  /** The number of its elements' name. */
  readonly element: number;
  readonly id: Name;
  /** The attribute that tells the type; null in a rule without a list. */
  readonly type: Name | null;
  /** Its elements anywhere, if their name is noted. */
  named(): readonly number[];
  /** Whether an element stands at the rule's own path. */
  isAtPath(node: number): boolean;
  /** Whether an element has every required attribute: not empty, or in the list in any case; not trimmed. */
  passes(node: number): boolean;
  /** Why no row comes of an element that stands elsewhere, or does not pass. */
  refusal(node: number): Refusal;
  /** The placeholder rule (C01): whether one of the attributes that give such an element its meaning is not blank. */
  hasMeaning(node: number): boolean;
  /** The required attributes, in the order of the contract. */
  readonly required: readonly Name[];
}

/** Compiles a filter rule. */
export function compileRule(document: Document, filter: FilterRule): Rule {
  const element = document.elementOf(filter.elementName);
  const step = document.stepOf(filter.path);
  const required = [...filter.required].map(([attribute, allowed]) => ({
    attribute,
    name: document.nameOf(attribute),
    allowed: allowed === true ? null : allowed,
    lowered: allowed === true ? [] : allowed.map((value) => value.toLowerCase()),
  }));
  const fits = (node: number, { name, allowed, lowered }: (typeof required)[number]): boolean => {
    if (document.lengthOf(node, name) === 0) return false;
    if (allowed === null || document.wordOf(node, name, allowed) !== -1) return true;
    return lowered.includes(document.exactly(node, name)?.toLowerCase() ?? '');
  };
  const meaningful = filter.meaningfulAttributes.map((attribute) => document.nameOf(attribute));
  return {
    filter,
    element,
    id: document.nameOf(filter.idAttribute),
    type: filter.type === null ? null : document.nameOf(filter.type.attribute),
    named: () => document.named(element),
    isAtPath: (node) => document.stepAt(node) === step,
    passes: (node) => required.every((one) => fits(node, one)),
    refusal(node) {
      const missed = required.find((one) => !fits(node, one));
      if (missed === undefined || document.stepAt(node) !== step) {
        return { attribute: null, sentence: `it does not stand at ${filter.path}` };
      }
      return refusalOf(missed.attribute, document.exactly(node, missed.name), missed.allowed);
    },
    hasMeaning: (node) => meaningful.some((name) => !document.isBlank(node, name)),
    required: required.map(({ name }) => name),
  };
}

/** Says that an attribute is not what a rule asks for; null is not there. */
export function refusalOf(attribute: string, value: string | null, allowed: Iterable<string> | null): Refusal {
  const found = value === null ? 'is missing' : value === '' ? 'is empty' : `is ${JSON.stringify(value)}`;
  const wanted = allowed === null || value === null || value === '' ? '' : `, not ${[...allowed].join(' or ')}`;
  return { attribute, sentence: `its attribute ${attribute} ${found}${wanted}` };
}
