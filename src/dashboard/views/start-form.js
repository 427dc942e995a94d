import { useEffect, useRef, useState } from 'preact/hooks';
import { countOf, formatFault } from '../format.js';
import { html } from '../html.js';
import { askFirst } from '../parts/question.js';
import { Notice, SameCommands } from '../parts/states.js';
import { go, placeHref } from '../router.js';
import { Summary } from './start-summary.js';
import { GROUPS, faultsOf, requestOf } from '../request-form.js';
import { Field } from './start-fields.js';

/** @typedef {import('../answers.js').LineView} LineView */
/** @typedef {import('../request-form.js').FormField} FormField */
/** @typedef {import('../request-form.js').RunRequest} RunRequest */
/** @typedef {{ place: string, message: string, advice: string }} Fault */

/** @param {{ fields: readonly FormField[], lines: readonly LineView[], like: Record<string, unknown>, line: string }} props */
export function StartForm({ fields, lines, like, line }) {
  const [values, setValues] = useState(() => initialValues(fields, like, line || (lines[0]?.product_line ?? '')));
  const [faults, setFaults] = useState(/** @type {readonly Fault[]} */ ([]));
  const [key, setKey] = useState(newKey);
  const set = (/** @type {string} */ name, /** @type {string} */ value) => {
    setValues({ ...values, [name]: value });
    // The same key may only ask for the same run.
    setKey(newKey());
  };
  const chosen = lines.find((one) => one.product_line === values['product_line']);
  const start = (/** @type {object} */ change) => {
    const wanted = { ...values, ...change };
    const found = faultsOf(fields, wanted);
    setFaults(found);
    if (found.length > 0) return;
    const request = requestOf(fields, wanted);
    askFirst(startAction({ request, key, pending: chosen?.documents?.pending, onRefused: setFaults }));
  };
  const request = requestOf(fields, values);
  const wrong = faultsOf(fields, values);
  return html`<div class="cols cols-3-2">
    <${Fields} fields=${fields} lines=${lines} values=${values} faults=${faults} onChange=${set} onStart=${start} />
    <div class="stack beside">
      <${Summary} line=${chosen} values=${values} />
      <section class="panel" aria-labelledby="h-same">
        <header class="panel-head"><h2 id="h-same">The same from a terminal</h2></header>
        <div class="panel-body same">
          ${
            wrong.length === 0
              ? html`<${SameCommands} what="Start" cli=${cliOf(request)} call=${callOf(request, key)} />`
              : html`<p class="quiet">
                  No command yet:
                  ${wrong.map(({ place, message }) => ` “${fields.find(({ name }) => name === place)?.label}” ${message}`)}
                </p>`
          }
        </div>
      </section>
    </div>
  </div>`;
}

/** Known only to this page, also where it is not served over TLS. */
function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * @param {readonly FormField[]} fields
 * @param {Record<string, unknown>} like the request of a former run
 * @param {string} line
 * @returns {Readonly<Record<string, string>>}
 */
function initialValues(fields, like, line) {
  const given = fields.map(({ name, initial }) => {
    const former = like[name];
    return [name, typeof former === 'string' || typeof former === 'number' ? String(former) : initial];
  });
  return { ...Object.fromEntries(given), product_line: line };
}

/**
 * @param {object} props
 * @param {readonly FormField[]} props.fields
 * @param {readonly LineView[]} props.lines
 * @param {Readonly<Record<string, string>>} props.values
 * @param {readonly Fault[]} props.faults
 * @param {(name: string, value: string) => void} props.onChange
 * @param {(change: object) => void} props.onStart
 */
function Fields({ fields, lines, values, faults, onChange, onStart }) {
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  useEffect(() => {
    const wrong = form.current?.querySelector('[aria-invalid="true"]');
    if (wrong instanceof HTMLElement) wrong.focus();
  }, [faults]);
  const of = (/** @type {string} */ group) =>
    fields
      .filter((field) => field.group === group)
      .map((field) => {
        const fault = faults.find(({ place }) => place === field.name);
        const value = values[field.name] ?? '';
        return html`<${Field} key=${field.name} ...${{ field, value, fault, lines, onChange }} />`;
      });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    onStart({});
  };
  const isUnderMore = (/** @type {Fault} */ { place }) =>
    fields.some(({ name, group }) => name === place && group === 'More');
  const more = fields.filter(({ group }) => group === 'More').map(({ label }) => label.toLowerCase());
  const others = faults.filter((fault) => !fields.some(({ name }) => name === fault.place));
  return html`<form class="panel" aria-label="Run request" ref=${form} onSubmit=${submit} novalidate>
    <div class="form">
      ${others.map(
        (fault) =>
          html`<${Notice} tone="bad" role="alert"
            ><p><code>${fault.place}</code> ${formatFault(fault)} ${fault.advice}</p><//
          >`,
      )}
      ${GROUPS.map(
        (group) =>
          html`<fieldset>
            <legend>${group}</legend>
            ${of(group)}
          </fieldset>`,
      )}
      <details class="advanced" open=${faults.some(isUnderMore) || undefined}>
        <summary>More: ${more.join(', ')}</summary>
        <fieldset>${of('More')}</fieldset>
      </details>
    </div>
    <div class="submit">
      <button type="submit" class="main">Start the run…</button>
      ${
        values['dry_run'] !== 'true' &&
        html`<button type="button" onClick=${() => onStart({ dry_run: 'true' })}>Dry run first…</button>`
      }
      <span class="quiet">You are asked once more.</span>
    </div>
  </form>`;
}

/**
 * @param {{ request: RunRequest, key: string, pending: number | undefined, onRefused: (faults: readonly Fault[]) => void }} order
 * @returns {import('../parts/question.js').Action}
 */
function startAction({ request, key, pending, onRefused }) {
  const { product_line: line, dry_run: dry, instance_count: instances = 4 } = request;
  const most = pending === undefined ? null : Math.min(pending, Number(request['limit']) || pending);
  const what =
    most === null || most === 0 ? 'What is pending by then' : `What is pending, at most ${countOf(most, 'document')},`;
  return {
    place: 'start',
    title: dry ? `Start a dry run of ${line}?` : `Start a run of ${line}?`,
    says: dry
      ? `${what} is read and mapped. No rows and no log are written.`
      : `${what} is converted, in ${instances} ${instances === 1 ? 'instance' : 'instances'}. It can be paused and cancelled; what is committed stays.`,
    confirm: dry ? 'Start the dry run' : 'Start the run',
    safe: 'Not now',
    cli: cliOf(request),
    // A dry run before the run is another request.
    call: callOf(request, dry ? newKey() : key),
    told: ({ run_id: id, took_over: dead }) => {
      go(placeHref(['runs', id]));
      const text = dead === null ? '' : `It took the place of run ${dead}.`;
      return { title: 'The run has been started.', text, href: placeHref(['runs', id]), link: 'Watch' };
    },
    refused: ({ problem, status }) => {
      if (status !== 400 || problem.errors === undefined) return false;
      onRefused(problem.errors);
      return true;
    },
  };
}

/** @param {RunRequest} request */
function cliOf({ product_line: line, dry_run: dry, ...others }) {
  const options = Object.entries(others).flatMap(([name, value]) => [`--${name.replaceAll('_', '-')}`, String(value)]);
  return ['run', '--product-line', String(line), ...options, ...(dry === true ? ['--dry-run'] : [])];
}

/**
 * @param {RunRequest} request
 * @param {string} key
 * @returns {import('../commands.js').ApiCall}
 */
function callOf(request, key) {
  return { path: 'runs', body: request, headers: { 'idempotency-key': key } };
}
