import { html as plain } from 'htm/preact';

/** @type {WeakMap<TemplateStringsArray, TemplateStringsArray>} */
const read = new WeakMap();

/**
 * `htm` leaves out what is blank around the ends of lines; in HTML, and for whoever lays the source out, that is a space.
 * @type {typeof plain}
 */
export function html(strings, ...values) {
  let spaced = read.get(strings);
  if (spaced === undefined) {
    const texts = strings.map((text) => text.replaceAll(/\s*\n\s*/g, ' '));
    // What comes before the first element and after the last is no child of anything.
    texts[0] = (texts[0] ?? '').trimStart();
    texts.push((texts.pop() ?? '').trimEnd());
    spaced = Object.assign(texts, { raw: texts });
    read.set(strings, spaced);
  }
  return plain(spaced, ...values);
}
