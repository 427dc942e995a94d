/*
 * Names of XML (XML 1.0, 2.3; Namespaces in XML, 3) as patterns for expressions with the flag `u`.
 */

const START =
  'A-Z_a-z\\xC0-\\xD6\\xD8-\\xF6\\xF8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C\\u200D\\u2070-\\u218F' +
  '\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD\\u{10000}-\\u{EFFFF}';

/** A name without a colon. */
export const NC_NAME = `[${START}][${START}\\-.0-9\\xB7\\u0300-\\u036F\\u203F\\u2040]*`;

const PATH = new RegExp(`^(?:/${NC_NAME})+$`, 'u');

/** Whether a text is an absolute path of local names such as /A/B/C, which alone can lead to an element. */
export function isPath(text: string): boolean {
  return PATH.test(text);
}

/** The path that most likely is meant by a text that is none: without prefixes, blanks and slashes too many; null if that is none either. */
export function pathMeant(text: string): string | null {
  const steps = text
    .split('/')
    .map((step) => step.trim().replace(/^[^:]*:/, ''))
    .filter((step) => step !== '');
  const meant = `/${steps.join('/')}`;
  return isPath(meant) ? meant : null;
}
