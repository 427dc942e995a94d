import { html } from '../html.js';
import { useEffect, useRef, useState } from 'preact/hooks';
import { access, giveKey } from '../api.js';
import { formatDuration, formatOffset, formatTime } from '../format.js';
import { pulse, useAnswer } from '../polling.js';
import { getHealth } from '../queries.js';
import { go, place, placeHref } from '../router.js';
import { useStore } from '../store.js';
import { Icon } from './basics.js';
import { useSecondsUntil } from './states.js';

const PAGES = [
  { name: 'Overview', path: [] },
  { name: 'Contracts', path: ['contracts'] },
  { name: 'Start a run', path: ['start'] },
];

export function Header() {
  const { path } = useStore(place);
  return html`<header class="bar">
    <a class="brand" href="#/">
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d="M4 12L20 4M4 12h16M4 12l16 8" />
        <circle cx="4" cy="12" r="1.5" />
      </svg>
      xmlfan
    </a>
    <nav aria-label="Main">
      <ul>
        ${PAGES.map(({ name, path: own }) => {
          const here = (path[0] ?? '') === (own[0] ?? '');
          return html`<li><a href=${placeHref(own)} aria-current=${here ? 'page' : undefined}>${name}</a></li>`;
        })}
      </ul>
    </nav>
    <${Find} />
    <${Live} />
  </header>`;
}

/** Goes to a document or a run by its id; Ctrl K, as everywhere. */
function Find() {
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => {
    const onKey = (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      input.current?.focus();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  const find = (/** @type {Event} */ event) => {
    event.preventDefault();
    const id = input.current?.value.trim() ?? '';
    if (id !== '') go(placeHref(['find'], { id }));
  };
  return html`<form class="find" role="search" onSubmit=${find}>
    <label class="sr" for="find">Go to a document or run by its id</label>
    <input ref=${input} id="find" type="search" placeholder="Document or run id" aria-keyshortcuts="Control+K Meta+K" />
    <kbd aria-hidden="true">Ctrl K</kbd>
  </form>`;
}

/** How fresh the figures are. */
function Live() {
  const { state, answered, next, sleptMs } = useStore(pulse);
  const left = useSecondsUntil(next);
  const age = answered === null ? 0 : Math.max(0, Math.round((Date.now() - answered) / 1000));
  const [icon, cls, text] = {
    none: ['dot', 'c-idle hidden', ''],
    refused: ['dot', 'c-idle hidden', ''],
    loading: ['dot', 'c-idle', 'Loading'],
    live: ['dot', 'c-run is-moving', `Live, ${age} s ago`],
    idle: ['dot', 'c-idle', `Nothing moves, next look in ${left} s`],
    ended: ['dot', 'c-idle', `As of ${formatTime(answered ?? 0, { seconds: true })}`],
    lost: ['lost', 'c-warn', 'Lost connection'],
    asleep: ['asleep', 'c-idle', `Was asleep for ${formatDuration(sleptMs / 1000)}, catching up`],
  }[state];
  return html`<p class="live"><${Icon} name=${icon} cls=${cls} />${text}</p>`;
}

const STORES = new Map([
  ['sqlite', 'SQLite, for one machine'],
  ['mssql', 'SQL Server'],
]);

export function Footer() {
  const { value } = useAnswer('health', getHealth);
  const store = STORES.get(value?.database ?? '');
  return html`<footer class="foot">
    <span>xmlfan ${value?.version ?? ''}</span>
    ${store && html`<span>${store}</span>`}
    <span>Times are local, ${formatOffset(new Date())}, by the clock of the database</span>
  </footer>`;
}

/** Instead of the page, while a key is needed. */
export function KeyPrompt() {
  const { refused } = useStore(access);
  const [key, setKey] = useState('');
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => input.current?.focus(), [refused]);
  const open = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (key !== '') giveKey(key);
  };
  return html`<form class="dialog key" aria-labelledby="h-key" onSubmit=${open}>
    <h1 id="h-key">This API asks for a key</h1>
    <div class="field">
      <label for="apikey">Key</label>
      <input
        ref=${input}
        id="apikey"
        type="password"
        autocomplete="off"
        value=${key}
        onInput=${(/** @type {{ currentTarget: HTMLInputElement }} */ event) => setKey(event.currentTarget.value)}
        aria-describedby=${refused ? 'apikey-f apikey-h' : 'apikey-h'}
        aria-invalid=${refused ? 'true' : undefined}
      />
      ${refused && html`<span class="fault" id="apikey-f" role="alert"><${Icon} name="failed" />That key was refused.</span>`}
      <span class="hint" id="apikey-h">Sent as <code>x-functions-key</code>, forgotten when this tab closes.</span>
    </div>
    <div class="actions"><button type="submit" class="main">Open</button></div>
  </form>`;
}
