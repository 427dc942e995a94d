import { html } from '../html.js';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, readKey } from '../api.js';
import { cliText, curlText } from '../commands.js';
import { formatFault, formatTime } from '../format.js';
import { current, pulse } from '../polling.js';
import { useStore } from '../store.js';
import { Icon } from './basics.js';

const MARKS = {
  bad: ['failed', 'c-bad'],
  warn: ['stale', 'c-warn'],
  ok: ['completed', 'c-ok'],
  run: ['info', 'c-run'],
};

/**
 * @param {{ tone: 'bad' | 'warn' | 'ok' | 'run', icon?: string, role?: string, actions?: unknown, children?: unknown }} props
 */
export function Notice({ tone, icon, role, actions, children }) {
  const [mark = '', colour = ''] = MARKS[tone];
  return html`<div class=${`notice ${tone}`} role=${role}>
    <${Icon} name=${icon ?? mark} cls=${colour} />
    <div>${children}</div>
    ${actions && html`<div class="actions">${actions}</div>`}
  </div>`;
}

/**
 * What a problem document says, every fault with its place.
 * @param {{ error: unknown, actions?: unknown }} props
 */
export function Problem({ error, actions }) {
  const { title, problem, status } =
    error instanceof ApiError
      ? error
      : new ApiError({ status: 0, problem: { title: 'This page failed', detail: String(error) } });
  const kind = (problem.type ?? '').replace('urn:xmlfan:problem:', '');
  const { instance } = problem;
  const reference = typeof instance === 'string' ? instance.replace('urn:uuid:', '') : '';
  return html`<${Notice} tone="bad" role="alert" actions=${actions}>
    <p><strong>${title.replace(/\.$/, '')}.</strong> ${problem.detail ?? ''}</p>
    ${(problem.errors ?? []).map(
      (fault) =>
        html`<p><code>${fault.place}</code> ${formatFault(fault)} <span class="soft">${fault.advice}</span></p>`,
    )}
    ${status > 0 && html`<p class="soft">${status}${kind && `, ${kind}`}${reference && html`, reference <code>${reference}</code>`}</p>`}
  <//>`;
}

/** Above everything while there is no answer. What is below stays as it was. */
export function Connection() {
  const { state, answered, error, next } = useStore(pulse);
  const seconds = useSecondsUntil(next);
  if (state !== 'lost' && (state !== 'refused' || answered === null)) return null;
  const again = next === null ? '' : ` Trying again in ${seconds} s.`;
  const now = html`<button type="button" class="small" onClick=${() => current.get()?.hurry()}>Try now</button>`;
  if (answered === null || (error instanceof ApiError && error.status > 0))
    return html`<${Problem} error=${error} actions=${next === null ? null : now} />`;
  return html`<${Notice} tone="warn" icon="lost" role="status" actions=${now}>
    <p>
      <strong>No answer since ${formatTime(answered, { seconds: true })}.</strong> The figures below are from then.
      <span aria-hidden="true">${again}</span>
    </p>
  <//>`;
}

/** @param {number | null} moment */
export function useSecondsUntil(moment) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [moment]);
  return moment === null ? 0 : Math.max(0, Math.ceil((moment - now) / 1000));
}

/**
 * Stands for what is not there yet, if that takes longer than a moment.
 * @param {{ title: string }} props
 */
export function Loading({ title }) {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(setSlow, 300, true);
    return () => clearTimeout(timer);
  }, []);
  if (!slow) return html`<div class="panel bones hidden" aria-busy="true"></div>`;
  return html`<section class="panel" aria-busy="true">
    <header class="panel-head">
      <h2>${title}</h2>
      <p class="note" role="status">Loading</p>
    </header>
    <div class="bones" aria-hidden="true">
      <span class="bone tall"></span><span class="bone w3"></span><span class="bone w2"></span>
      <span class="bone w3"></span><span class="bone w1"></span>
    </div>
  </section>`;
}

/**
 * Stands for what the page asks for again and again until it is there, or says why it will not be.
 * @param {{ title: string }} props
 */
export function Waiting({ title }) {
  const { state, error } = useStore(pulse);
  if (state === 'refused') return html`<${Problem} error=${error} />`;
  return state === 'lost' ? null : html`<${Loading} title=${title} />`;
}

/** @param {HTMLElement | null} element */
function select(element) {
  if (element !== null) getSelection()?.selectAllChildren(element);
}

/**
 * A command whose words are not broken at their hyphens where a line ends.
 * @param {string} text
 */
function unbroken(text) {
  return text.split(/([ \n]+)/).map((word, at) => (at % 2 === 1 ? word : html`<span class="word">${word}</span>`));
}

/** @param {{ label: string, text: string }} props */
export function Command({ label, text }) {
  const [copied, setCopied] = useState(false);
  const shown = useRef(/** @type {HTMLPreElement | null} */ (null));
  // Where the browser lets no page write there, the text is marked for who copies it.
  const copy = () => navigator.clipboard?.writeText(text).then(() => setCopied(true)) ?? select(shown.current);
  return html`<div class="command">
    <pre
      class=${text.startsWith('curl') ? 'lines' : ''}
      ref=${shown}
      tabindex="0"
      role="group"
      aria-label=${label}
    ><code>${unbroken(text)}</code></pre>
    <button type="button" class="small" aria-label=${`Copy: ${label}`} onClick=${copy}>
      ${copied ? 'Copied' : 'Copy'}
    </button>
  </div>`;
}

/**
 * The same from a terminal.
 * @param {{ what: string, cli?: readonly (string | number)[] | null, call?: import('../commands.js').ApiCall | null }} props
 */
export function SameCommands({ what, cli = null, call = null }) {
  const server = { origin: location.origin, withKey: readKey() !== null };
  return html`
    ${
      cli &&
      html`<h3>${what}, with the CLI</h3>
        <${Command} label=${`${what} with the CLI`} text=${cliText(cli)} />`
    }
    ${
      call &&
      html`<h3>${what}, with curl</h3>
        <${Command} label=${`${what} with curl`} text=${curlText(call, server)} />`
    }
  `;
}

/**
 * A menu of commands beside the actions of a page.
 * @param {{ children?: unknown }} props
 */
export function CommandMenu({ children }) {
  return html`<details class="menu" onKeyDown=${closeOnEscape}>
    <summary class="button">Commands</summary>
    <div class="sheet same">
      <h2>The same from a terminal</h2>
      ${children}
    </div>
  </details>`;
}

/** @param {KeyboardEvent} event */
function closeOnEscape(event) {
  const menu = event.currentTarget;
  if (event.key !== 'Escape' || !(menu instanceof HTMLDetailsElement)) return;
  menu.open = false;
  menu.querySelector('summary')?.focus();
}
