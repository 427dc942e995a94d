import { openMapping as open, type MapDocument } from '../../src/mapping/map-document.ts';
import { reach } from './points.ts';

// Whatever else it exports passes; what is declared here goes before.
export * from '../../src/mapping/map-document.ts';

const NOW = new Date('2026-01-01T00:00:00Z');

/** In place of the program's own: every document is a point, and the same moment for all, so that rows can be compared. */
export function openMapping(...given: Parameters<typeof open>): MapDocument {
  const map = open(...given);
  return (document) => {
    reach('mapping');
    return map(document, NOW);
  };
}
