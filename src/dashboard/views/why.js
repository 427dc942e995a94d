import { useEffect, useRef } from 'preact/hooks';
import { readTable, withPlaces } from '../explained.js';
import { countOf, formatCount } from '../format.js';
import { html } from '../html.js';
import { Icon, Name } from '../parts/basics.js';
import { Segments } from '../parts/segments.js';
import { Notice } from '../parts/states.js';
import { change, place } from '../router.js';
import { useStore } from '../store.js';

/** @typedef {import('../explained.js').Entry} Entry */
/** @typedef {import('../explained.js').ExplainedTable} ExplainedTable */
/** @typedef {import('../explained.js').Explanation} Explanation */
/** @typedef {import('../explained.js').Spot} Spot */

/** So many are shown at once; of more, tables in which nothing is wrong are folded. */
const FEW_ENTRIES = 16;

/**
 * Why each column is what it is, table by table; first only what is missing or changed.
 * @param {{ explanation: Explanation, failure: string | null }} props
 */
export function Why({ explanation, failure }) {
  const { query } = useStore(place);
  const all = query['show'] === 'all';
  const find = (query['find'] ?? '').trim().toLowerCase();
  const tables = explanation.tables
    .map((table) => ({ table, ...readTable(table, failure) }))
    .toSorted((a, b) => Number(isRefused(b)) - Number(isRefused(a)));
  const entries = tables.flatMap(({ rows, left, empty }) => [
    ...rows.flatMap((row) => row.entries),
    ...left,
    ...(empty === null ? [] : [empty]),
  ]);
  const told = entries.filter(({ plain }) => !plain).length;
  const shows = (/** @type {Entry} */ entry) =>
    (all || find !== '' || !entry.plain) &&
    [entry.key, entry.source, entry.word].some((text) => text.toLowerCase().includes(find));
  const few = entries.filter(shows).length <= FEW_ENTRIES;
  const chosen = query['column'] ?? entries.find(({ refused }) => refused)?.key ?? '';
  return html`<section class="panel" aria-labelledby="h-why">
    <header class="panel-head">
      <h2 id="h-why">Why each column is what it is</h2>
      <p class="note">by the contract as it is now</p>
    </header>
    ${
      explanation.outcome === 'rejected' &&
      html`<div class="panel-body">
        <${Notice} tone="bad">
          <p>
            <strong>Rejected.</strong>
            ${explanation.reason === failure ? 'The reason is above.' : withLinks(explanation.sentence ?? '')}
          </p>
          ${entries.length === 0 && html`<p class="soft">So there is no value to explain.</p>`}
        <//>
      </div>`
    }
    ${
      entries.length > 0 &&
      html`<div class="panel-body search">
        <${Segments}
          name="show"
          label="Columns shown"
          values=${{ told: `Missing or changed, ${told}`, all: `All ${entries.length}` }}
          chosen=${all ? 'all' : 'told'}
          onChoose=${(/** @type {string} */ show) => change({ show: show === 'all' ? show : null })}
        />
        <label class="sr" for="col">Find a table, column or path</label>
        <input
          id="col"
          type="search"
          placeholder="Table, column or path"
          value=${query['find'] ?? ''}
          onInput=${(/** @type {{ currentTarget: HTMLInputElement }} */ event) => change({ find: event.currentTarget.value })}
        />
      </div>`
    }
    ${tables.map((table) => html`<${TableWhy} key=${table.table.table} read=${table} shows=${shows} chosen=${chosen} open=${few || find !== '' || (query['rows'] ?? '').startsWith(`${table.table.table}:`)} />`)}
  </section>`;
}

/** @param {ReturnType<typeof readTable>} read */
function isRefused({ rows }) {
  return rows.some(({ entries }) => entries.some(({ refused }) => refused));
}

/**
 * @param {object} props
 * @param {{ table: ExplainedTable } & ReturnType<typeof readTable>} props.read
 * @param {(entry: Entry) => boolean} props.shows
 * @param {string} props.chosen
 * @param {boolean} props.open unless something else says so
 */
function TableWhy({ read: { table, rows, left, empty }, shows, chosen, open }) {
  const { table: name, totals } = table;
  const shown = rows.map((row) => ({ ...row, entries: row.entries.filter(shows) }));
  const others = [...left.filter(shows), ...(empty !== null && shows(empty) ? [empty] : [])];
  const all = [...shown.flatMap(({ entries }) => entries), ...others];
  const isWhole = rows.length === totals.rows;
  if (all.length === 0 && isWhole) return null;
  const words = [
    totals.rows === 0 ? 'no row' : countOf(totals.rows, 'row'),
    totals.left > 0 && `${formatCount(totals.left)} left out`,
  ];
  return html`<details
    class="table-why"
    open=${open || all.some(({ key, mark }) => key === chosen || isWorse(mark)) || undefined}
  >
    <summary class="table-name">
      <h3>
        <code><${Name} text=${name} /></code>
      </h3>
      <small>${words.filter(Boolean).join(', ')}; ${all.length} shown</small>
    </summary>
    ${!isWhole && html`<${Pager} table=${table} />`}
    ${shown.map(
      ({ number, at, entries }) =>
        entries.length > 0 &&
        html`
          ${
            totals.rows > 1 &&
            html`<h4 class="row-name">
              Row ${formatCount(number)}
              ${at !== null && html`<span class="quiet">made of</span> <${Place} spot=${at} />`}
            </h4>`
          }
          <${Entries} entries=${entries} chosen=${chosen} />
        `,
    )}
    ${others.length > 0 && html`<${Entries} entries=${others} chosen=${chosen} />`}
    ${
      left.length < totals.left &&
      html`<p class="panel-body note">
        The first ${left.length} of ${formatCount(totals.left)} that are left out. All: <code>explain</code> with
        <code>--table ${name} --left 1-${totals.left}</code>.
      </p>`
    }
  </details>`;
}

/**
 * Which rows of a table are explained, and the way to others.
 * @param {{ table: ExplainedTable }} props
 */
function Pager({ table: { table, totals, rows, odd } }) {
  const [first = 1, last = 0] = [rows[0]?.number, rows.at(-1)?.number];
  const go = (/** @type {number} */ from) => change({ rows: `${table}:${Math.max(1, from)}`, column: null });
  return html`<div class="panel-body pager-rows">
    <p class="note" role="status">
      ${last === 0 ? 'No such rows' : `Rows ${formatCount(first)} to ${formatCount(last)}`} of
      ${formatCount(totals.rows)}
    </p>
    <div class="tools">
      <button type="button" class="small" disabled=${first <= 1} onClick=${() => go(first - PAGE)}>Earlier rows</button>
      <button type="button" class="small" disabled=${last >= totals.rows} onClick=${() => go(last + 1)}>
        Later rows
      </button>
    </div>
    ${
      odd.length > 0 &&
      html`<p class="note">
        Rows with quality issues:${' '}
        ${odd.map((number) => html`<button type="button" class="plain" onClick=${() => go(number)}>${formatCount(number)}</button> `)}
        ${odd.length === MOST_ODD && '…'}
      </p>`
    }
  </div>`;
}

/** As the API has them. */
const [PAGE, MOST_ODD] = [20, 20];

/** @param {Entry['mark']} mark */
function isWorse([, cls]) {
  return cls === 'c-bad' || cls === 'c-warn';
}

/** @param {{ entries: readonly Entry[], chosen: string }} props */
function Entries({ entries, chosen }) {
  return html`<ol class="why-list">
    ${entries.map((entry) => html`<${EntryLine} key=${entry.key} entry=${entry} current=${entry.key === chosen} />`)}
  </ol>`;
}

/** @param {{ entry: Entry, current: boolean }} props */
function EntryLine({ entry, current }) {
  const { name, word, mark, value, spots, source, steps, sentence, nearest } = entry;
  const line = useRef(/** @type {HTMLLIElement | null} */ (null));
  useEffect(() => {
    // What the address names; what a document failed for is said on top.
    if (place.get().query['column'] === entry.key) line.current?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  return html`<li ref=${line} aria-current=${current ? 'true' : undefined}>
    <div class="col">
      <b><${Name} text=${name} /></b>
    </div>
    <div class="how">
      <p class="status">
        <${Icon} name=${mark[0]} cls=${mark[1]} /><strong
          >${word} ${value !== null && html`<code>${value}</code>`}</strong
        >
      </p>
      <p class="from">
        ${spots.map((spot) => html`<${Place} spot=${spot} column=${entry.key} /> `)}<code class="quiet" title=${source}
          ><${Name} text=${shorten(source)}
        /></code>
      </p>
      ${steps.length > 0 && html`<${Steps} steps=${steps} />`}
      ${sentence !== '' && html`<p class="said">${sentence}${nearest !== null && html` Nearest path that is there: <code><${Name} text=${nearest} /></code>.`}</p>`}
    </div>
  </li>`;
}

/**
 * A path without its beginning, which is the same for most.
 * @param {string} source
 */
function shorten(source) {
  const parts = source.split('/');
  return source.startsWith('/') && parts.length > 4 ? `…/${parts.slice(-2).join('/')}` : source;
}

/**
 * A sentence, in which the places of the document that it names are links to them.
 * @param {string} sentence
 */
export function withLinks(sentence) {
  return withPlaces(sentence).map((part) =>
    typeof part === 'string' ? part : html`<${Place} spot=${{ ...part, path: '' }} />`,
  );
}

/**
 * A place in the document, which the link marks there.
 * @param {{ spot: Spot, column?: string }} props
 */
function Place({ spot: { line, column: at, path }, column }) {
  const mark = () => change({ at: `${line}.${at}`, ...(column !== undefined && { column }) });
  return html`<button type="button" class="plain" title=${path} onClick=${mark}>line ${line}, column ${at}</button>`;
}

/** @param {{ steps: Entry['steps'] }} props */
function Steps({ steps }) {
  return html`<ol class="steps">
    ${steps.map(
      ({ step, value }, index) =>
        html`<li>
          <span class="op">${step}</span>${' '}
          <code class=${index === steps.length - 1 ? 'result' : ''}
            >${value === null ? 'NULL' : JSON.stringify(value)}</code
          >
        </li>`,
    )}
  </ol>`;
}
