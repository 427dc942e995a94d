import { render } from 'preact';
import { useEffect, useErrorBoundary, useRef } from 'preact/hooks';
import { access } from './api.js';
import { html } from './html.js';
import { Footer, Header, KeyPrompt } from './parts/frame.js';
import { Question } from './parts/question.js';
import { Connection, Problem } from './parts/states.js';
import { pulse } from './polling.js';
import { place } from './router.js';
import { useStore } from './store.js';
import { Contract, Contracts } from './views/contract.js';
import { DocumentPage } from './views/document.js';
import { LineFailures } from './views/failures.js';
import { Find } from './views/find.js';
import { Overview } from './views/overview.js';
import { Run } from './views/run.js';
import { Start } from './views/start.js';

/**
 * What is shown at a place.
 * @param {readonly string[]} path
 */
function viewOf([page, first = '', second = '']) {
  if (page === undefined) return html`<${Overview} />`;
  if (page === 'runs' && first !== '') return html`<${Run} id=${first} />`;
  if (page === 'documents' && second !== '') return html`<${DocumentPage} line=${first} id=${second} />`;
  if (page === 'failures' && first !== '') return html`<${LineFailures} line=${first} />`;
  if (page === 'contracts') return first === '' ? html`<${Contracts} />` : html`<${Contract} line=${first} />`;
  if (page === 'start') return html`<${Start} />`;
  if (page === 'find') return html`<${Find} />`;
  return html`<div class="head"><h1 tabindex="-1">Nothing here</h1></div>
    <p>There is no such page. <a href="#/">Overview</a></p>`;
}

function App() {
  const { path } = useStore(place);
  const { needed } = useStore(access);
  const lost = useStore(pulse).state === 'lost';
  const main = useRef(/** @type {HTMLElement | null} */ (null));
  const name = path.join('/');
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) main.current?.querySelector('h1')?.focus();
    first.current = false;
    scrollTo(0, 0);
  }, [name]);
  return html`
    <a class="skip" href="#main" onClick=${skip}>Skip to content</a>
    <${Header} />
    <main id="main" tabindex="-1" ref=${main} class=${lost ? 'old' : ''}>
      ${needed ? html`<${KeyPrompt} />` : html`<${Connection} /><${Guarded} key=${name}>${viewOf(path)}<//>`}
    </main>
    ${!needed && html`<${Footer} />`}
    <${Question} />
  `;
}

/** @param {Event} event */
function skip(event) {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

/**
 * A fault of one view leaves the rest of the page at work.
 * @param {{ children?: unknown }} props
 */
function Guarded({ children }) {
  const [error] = useErrorBoundary();
  return error === undefined ? html`${children}` : html`<${Problem} error=${error} />`;
}

const root = document.getElementById('app');
if (root !== null) {
  root.replaceChildren();
  render(html`<${App} />`, root);
}
