import { html } from '../html.js';

/**
 * One of a few, side by side.
 * @param {{ name: string, label: string, values: Readonly<Record<string, string>>, chosen: string, onChoose: (value: string) => void }} props
 */
export function Segments({ name, label, values, chosen, onChoose }) {
  return html`<div class="segments" role="radiogroup" aria-label=${label}>
    ${Object.entries(values).map(
      ([value, text]) =>
        html`<label
          ><input
            type="radio"
            name=${name}
            checked=${value === chosen}
            onChange=${() => onChoose(value)}
          />${text}</label
        >`,
    )}
  </div>`;
}
