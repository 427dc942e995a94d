import { formatCount, shortId, countOf } from './format.js';
import { placeHref } from './router.js';

// What the page can do: the question, the request, the same as commands, and what to say afterwards.

/** @typedef {import('./parts/question.js').Action} Action */
/** @typedef {Pick<import('./answers.js').RunView, 'run_id' | 'product_line' | 'planned' | 'totals' | 'dry_run'>} SomeRun */

/** @param {SomeRun} run */
function left({ planned, totals }) {
  return planned === null
    ? 'What is left stays'
    : `${countOf(Math.max(0, planned - totals.documents), 'document')} stay`;
}

/**
 * @param {SomeRun} run
 * @returns {Action}
 */
export function pauseAction(run) {
  return control(run, 'pause', {
    title: `Pause run ${shortId(run.run_id)} of ${run.product_line}?`,
    says: `The groups in flight are finished first. ${left(run)} for later; “Resume” goes on where it stopped.`,
    confirm: 'Pause the run',
    safe: 'Let it run',
    told: () => ({
      tone: 'run',
      icon: 'paused',
      title: 'Asked to pause.',
      text: 'Each instance stops after the group it is at.',
    }),
  });
}

/**
 * @param {SomeRun} run
 * @returns {Action}
 */
export function resumeAction(run) {
  return control(run, 'resume', {
    title: `Resume run ${shortId(run.run_id)} of ${run.product_line}?`,
    says: 'It goes on with its old bounds, where it stopped. If it was started by hand and none of its processes is left, the same command has to be started again.',
    confirm: 'Resume the run',
    safe: 'Leave it paused',
    told: () => ({
      tone: 'run',
      icon: 'running',
      title: 'Asked to go on.',
      text: 'Its instances take up their work within moments.',
    }),
  });
}

/**
 * @param {SomeRun} run
 * @returns {Action}
 */
export function cancelAction(run) {
  return control(run, 'cancel', {
    title: `Cancel run ${shortId(run.run_id)} of ${run.product_line}?`,
    says: `The groups in flight are finished first. ${left(run)} pending for the next run. A cancelled run cannot go on.`,
    confirm: 'Cancel the run',
    safe: 'Keep the run',
    danger: true,
    told: (answer) =>
      answer.status === 'cancelled'
        ? { title: 'The run is cancelled.', text: 'What it converted stays.' }
        : {
            tone: 'run',
            icon: 'cancelling',
            title: 'Asked to cancel.',
            text: 'Each instance ends after the group it is at.',
          },
  });
}

/**
 * @param {SomeRun} run
 * @param {'pause' | 'resume' | 'cancel'} verb
 * @param {Omit<Action, 'place' | 'cli' | 'call'>} words
 * @returns {Action}
 */
function control({ run_id: id }, verb, words) {
  return { place: `run ${id}`, cli: [verb, id], call: { path: `runs/${encodeURIComponent(id)}/${verb}` }, ...words };
}

/**
 * Failed documents become pending: all of a run, those of one reason, or some by id.
 * @param {{ place: string, productLine: string, runId?: string, reason?: string, sentence?: string, appIds?: readonly string[], documents?: number }} what
 * @returns {Action}
 */
export function redriveAction({ place, productLine, runId, reason, sentence, appIds, documents }) {
  const all = runId === undefined ? `all that failed in ${productLine}` : 'all that failed in this run';
  const alike = `${documents === undefined ? 'what' : countOf(documents, 'document')} that failed for this reason`;
  const which =
    appIds === undefined ? (reason === undefined ? all : alike) : `document ${appIds.join(', ')} of ${productLine}`;
  return {
    place,
    title: `Redrive ${which}?`,
    says: [
      sentence === undefined ? '' : `“${sentence}” `,
      documents === undefined ? '' : `${countOf(documents, 'document')} of ${productLine}. `,
      (appIds?.length ?? documents) === 1
        ? 'Its log row moves to the history and the next run takes it again. If the cause is not mended it fails again.'
        : 'Their log rows move to the history and the next run takes them again. If the cause is not mended they fail again.',
    ].join(''),
    confirm: 'Redrive',
    safe: 'Leave as it is',
    cli: [
      'redrive',
      '--product-line',
      productLine,
      ...(runId === undefined ? [] : ['--run', runId]),
      ...(reason === undefined ? [] : ['--reason', reason]),
      ...(appIds === undefined ? [] : ['--app-id', ...appIds]),
    ],
    call: {
      path: 'failures/redrive',
      body: {
        product_line: productLine,
        ...(runId !== undefined && { run_id: runId }),
        ...(reason !== undefined && { reason }),
        ...(appIds !== undefined && { app_ids: appIds }),
      },
    },
    told: ({ redriven }) =>
      redriven === 0
        ? { tone: 'warn', title: 'No failed document fits.', text: 'Nothing was changed.' }
        : {
            title: `${countOf(redriven, 'document')} ${redriven === 1 ? 'is' : 'are'} pending again.`,
            text: `The next run of ${productLine} takes ${redriven === 1 ? 'it' : 'them'}.`,
            href: placeHref(['start'], { line: productLine }),
            link: 'Start a run',
          },
  };
}

/** @typedef {{ table: string, meaning: string }} Stay rows that no redo deletes */

/**
 * Rows of one document are deleted, and the next run makes it anew.
 * @param {{ place: string, productLine: string, appId: string, dryRun: boolean }} what
 * @returns {Action}
 */
export function redoAction({ place, productLine, appId, dryRun }) {
  return {
    place,
    title: dryRun
      ? `Count what a redo of document ${appId} would delete?`
      : `Redo document ${appId} of ${productLine}?`,
    says: dryRun
      ? 'Counts the rows and changes nothing.'
      : 'Its rows are deleted, its log row moves to the history, and the next run makes it anew.',
    confirm: dryRun ? 'Count' : 'Delete its rows and redo',
    safe: 'Leave as it is',
    danger: !dryRun,
    cli: ['redo', '--product-line', productLine, '--app-id', appId, ...(dryRun ? [] : ['--yes'])],
    call: { path: 'documents/redo', body: { product_line: productLine, app_ids: [appId], dry_run: dryRun } },
    told: ({ documents, rows, stays, without_source: gone, referred_to: referred }) => {
      const all = rows.reduce(
        (/** @type {number} */ sum, /** @type {{ rows: number }} */ table) => sum + table.rows,
        0,
      );
      const tables = rows.map(
        (/** @type {{ table: string, rows: number }} */ table) => `${table.table} ${formatCount(table.rows)}`,
      );
      if (documents === 0)
        return {
          tone: 'warn',
          title: 'Nothing can be done anew.',
          text:
            gone.documents > 0
              ? 'Its source is gone.'
              : referred.documents > 0
                ? 'Rows of other tables refer to its rows.'
                : 'It is not logged, so the next run takes it anyway.',
        };
      return {
        tone: dryRun ? 'run' : 'ok',
        title: dryRun
          ? `A redo would delete ${countOf(all, 'row')}.`
          : `${countOf(all, 'row')} deleted; the document is pending again.`,
        text: [
          tables.join(', '),
          ...[...new Set(stays.map((/** @type {Stay} */ { meaning }) => meaning))].map((meaning) => {
            const those = stays.filter((/** @type {Stay} */ stay) => stay.meaning === meaning);
            return `${those.map((/** @type {Stay} */ { table }) => table).join(', ')}: ${meaning}`;
          }),
        ]
          .filter(Boolean)
          .map((text) => text.replace(/\.?$/, '.'))
          .join(' '),
        ...(dryRun ? {} : { href: placeHref(['start'], { line: productLine }), link: 'Start a run' }),
      };
    },
  };
}
