import type { Random } from './random.ts';

const WORDS = [
  'anchor',
  'basin',
  'canyon',
  'dapple',
  'estuary',
  'fern',
  'garnet',
  'heather',
  'island',
  'jasper',
  'kettle',
  'lantern',
  'meadow',
  'nettle',
  'orchard',
  'pebble',
  'quarry',
  'rivulet',
  'saddle',
  'thistle',
  'umber',
  'valley',
  'walnut',
  'yonder',
  "miller's",
  'salt & pepper',
  'café',
  'zinc',
] as const;

/** Some words of everyday data: an apostrophe, an ampersand and an accent among them. */
export function words(random: Random, count: number): string {
  let text: string = random.pick(WORDS);
  for (let i = 1; i < count; i += 1) text += ` ${random.pick(WORDS)}`;
  return text;
}

/** Names for elements and attributes that no contract is likely to use; what one does use is left out. */
export const FILLER_ELEMENTS = [
  'BureauFile',
  'TradeLine',
  'PriorInquiry',
  'LetterText',
  'AuditTrail',
  'RuleTrace',
  'Snapshot',
  'DeviceProfile',
  'Correspondence',
  'PricingGrid',
] as const;

export const FILLER_ATTRIBUTES = [
  'ledgerRef',
  'observedOn',
  'bandCode',
  'rawBalance',
  'highWater',
  'relayNode',
  'batchMark',
  'originDesk',
  'remarkCode',
  'weightIndex',
  'traceKey',
  'cycleNo',
] as const;
