import fc from 'fast-check';

/**
 * Texts of any characters, most of them rare. The `binary` texts of fast-check are the same, but to look for unlucky ones among them it lists a
 * million characters in each process, which takes more than a second.
 */
export function anyText(length: fc.StringConstraints = {}): fc.Arbitrary<string> {
  return fc.string({ ...length, unit: character });
}

const SURROGATES = { from: 0xd800, count: 0x800 };

const character = fc.nat({ max: 0x10ffff - SURROGATES.count }).map((index) => {
  return String.fromCodePoint(index < SURROGATES.from ? index : index + SURROGATES.count);
});
