import { html } from '../html.js';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, ask } from '../api.js';
import { current, pulse } from '../polling.js';
import { createStore, useStore } from '../store.js';
import { Notice, Problem, SameCommands } from './states.js';

/**
 * Something that the page can do. It asks once, does it, and says what happened where it was asked for.
 * @typedef {object} Action
 * @property {string} place where its result is shown
 * @property {string} title the question
 * @property {unknown} says what will happen, and what stays
 * @property {string} confirm
 * @property {string} safe what not doing it is called
 * @property {boolean} [danger]
 * @property {readonly (string | number)[] | null} cli
 * @property {import('../commands.js').ApiCall} call
 * @property {(answer: any) => Told} told
 * @property {(error: ApiError) => boolean} [refused] whether it was said elsewhere
 */

/** @typedef {{ tone?: 'ok' | 'run' | 'warn', icon?: string, title: string, text?: unknown, href?: string, link?: string }} Told */

const question = createStore(/** @type {Action | null} */ (null));
/** @type {import('../store.js').Store<Readonly<Record<string, { told?: Told, error?: unknown }>>>} */
const results = createStore({});

/** @param {Action} action */
export function askFirst(action) {
  question.set(action);
}

/**
 * A button that asks before it does something; off while there is no connection.
 * @param {{ action: () => Action, cls?: string, describedBy?: string, children?: unknown }} props
 */
export function ActionButton({ action, cls = '', describedBy, children }) {
  const lost = useStore(pulse).state === 'lost';
  return html`<button
    type="button"
    class=${cls}
    aria-describedby=${describedBy}
    aria-disabled=${lost ? 'true' : undefined}
    onClick=${() => lost || askFirst(action())}
  >
    ${children}
  </button>`;
}

/** @param {string} place */
function dismiss(place) {
  const { [place]: _gone, ...others } = results.get();
  results.set(others);
}

/**
 * Carries an action out.
 * @param {Action} action
 */
async function carryOut({ place, call, told, refused }) {
  const { method = 'POST', path, body, headers } = call;
  try {
    const answer = await ask(path, { method, body, ...(headers && { headers }) });
    results.set({ ...results.get(), [place]: { told: told(answer) } });
  } catch (error) {
    const said = error instanceof ApiError && refused?.(error) === true;
    if (!said) results.set({ ...results.get(), [place]: { error } });
  }
  void current.get()?.hurry();
}

function close() {
  question.set(null);
}

/** The question that is open, if one is. */
export function Question() {
  const action = useStore(question);
  return action === null ? null : html`<${Dialog} action=${action} key=${action.title} />`;
}

/** @param {{ action: Action }} props */
function Dialog({ action }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    const [before, box] = [document.activeElement, dialog.current];
    box?.showModal();
    return () => {
      // Nothing else takes the focus while it is open, also where Escape has not closed it yet.
      box?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const confirm = async () => {
    setBusy(true);
    await carryOut(action);
    close();
  };
  return html`<dialog ref=${dialog} class="dialog" aria-labelledby="question" onCancel=${close}>
    <h2 id="question">${action.title}</h2>
    <p>${action.says}</p>
    <details class="same">
      <summary>The same from a terminal</summary>
      <${SameCommands} what=${action.confirm} cli=${action.cli} call=${action.call} />
    </details>
    <div class="actions">
      <button type="button" onClick=${close} autofocus>${action.safe}</button>
      <button type="button" class=${action.danger ? 'danger main' : 'main'} disabled=${busy} onClick=${confirm}>
        ${action.confirm}
      </button>
    </div>
  </dialog>`;
}

/**
 * What came of an action, until it is dismissed.
 * @param {{ place: string }} props
 */
export function Result({ place }) {
  const result = useStore(results)[place];
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  useEffect(() => {
    if (result !== undefined) setTimeout(() => box.current?.focus());
  }, [result]);
  if (result === undefined) return null;
  const button = html`<button type="button" class="small" onClick=${() => dismiss(place)}>Dismiss</button>`;
  const { told, error } = result;
  return html`<div ref=${box} tabindex="-1" class="result">
    ${
      told === undefined
        ? html`<${Problem} error=${error} actions=${button} />`
        : html`<${Notice}
            tone=${told.tone ?? 'ok'}
            icon=${told.icon}
            role="status"
            actions=${html`${told.href && html`<a class="button small" href=${told.href}>${told.link}</a>`}${button}`}
          >
            <p><strong>${told.title}</strong> ${told.text}</p>
          <//>`
    }
  </div>`;
}
