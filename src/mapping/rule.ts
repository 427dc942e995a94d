import type { FilterRule } from '../contract/contract.ts';
import { isBlank } from '../values/text.ts';
import type { Document, Name } from './document.ts';

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
    name: document.nameOf(attribute),
    allowed: allowed === true ? null : new Set(allowed),
    lowered: allowed === true ? null : new Set(allowed.map((value) => value.toLowerCase())),
  }));
  const meaningful = filter.meaningfulAttributes.map((attribute) => document.nameOf(attribute));
  return {
    filter,
    element,
    id: document.nameOf(filter.idAttribute),
    type: filter.type === null ? null : document.nameOf(filter.type.attribute),
    named: () => document.named(element),
    isAtPath: (node) => document.stepAt(node) === step,
    passes: (node) =>
      required.every(({ name, allowed, lowered }) => {
        const value = document.exactly(node, name);
        if (value === null || value === '') return false;
        return allowed === null || allowed.has(value) || (lowered?.has(value.toLowerCase()) ?? false);
      }),
    hasMeaning: (node) => meaningful.some((name) => !isBlank(document.exactly(node, name))),
    required: required.map(({ name }) => name),
  };
}
