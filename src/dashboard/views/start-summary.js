import { countOf, formatCount, formatDuration } from '../format.js';
import { html } from '../html.js';
import { RunLink } from '../parts/basics.js';

/**
 * What the request will do, as far as can be said before.
 * @param {{ line: import('../answers.js').LineView | undefined, values: Readonly<Record<string, string>> }} props
 */
export function Summary({ line, values }) {
  const dry = values['dry_run'] === 'true';
  const pending = line?.documents?.pending ?? null;
  const instances = Math.max(1, Number(values['instance_count']) || 1);
  const limit = Number(values['limit'] || 0);
  const wanted = pending === null || limit === 0 ? pending : Math.min(limit, pending);
  const last = line?.documents?.last_run ?? null;
  // Another run of the line is refused meanwhile; dry runs stand in nobody's way.
  const inTheWay = !dry && last?.ended === null && !last.stale && !last.dry_run ? last : null;
  const rate = last?.documents_per_minute ?? 0;
  return html`<section class="panel" aria-labelledby="h-sum">
    <header class="panel-head"><h2 id="h-sum">What this will do</h2></header>
    <dl class="sum">
      <dt>${dry ? 'Read and map' : 'Convert'}</dt>
      <dd>
        <strong>${formatCount(wanted)}</strong> pending
        ${wanted === 1 ? 'document' : 'documents'}${values['app_id_start'] && ' at most'}
      </dd>
      ${
        wanted !== null &&
        wanted > 0 &&
        html`<dt>Each instance</dt>
          <dd>about ${formatCount(Math.ceil(wanted / instances))}</dd>`
      }
      ${
        rate > 0 &&
        wanted !== null &&
        wanted > 0 &&
        html`<dt>At the last run’s rate</dt>
          <dd>${formatCount(rate)} a minute, <strong>${formatDuration((wanted / rate) * 60)}</strong></dd>`
      }
      <dt>Write to</dt>
      <dd>
        ${dry ? 'nothing' : html`<code>${line?.target_schema}</code>, ${countOf(line?.tables.length ?? 0, 'table')}`}
      </dd>
      ${
        last?.stale &&
        html`<dt>Takes the place of</dt>
          <dd><${RunLink} id=${last.run_id} />, stale</dd>`
      }
      ${
        inTheWay !== null &&
        html`<dt>Refused until</dt>
          <dd><${RunLink} id=${inTheWay.run_id} /> has ended: it is ${inTheWay.status}</dd>`
      }
    </dl>
  </section>`;
}
