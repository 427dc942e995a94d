import { useEffect } from 'preact/hooks';
import { ask } from '../api.js';
import { html } from '../html.js';
import { Result } from '../parts/question.js';
import { Loading, Problem } from '../parts/states.js';
import { useAnswer } from '../polling.js';
import { getRun, listLines } from '../queries.js';
import { place } from '../router.js';
import { useStore } from '../store.js';
import { readFields } from '../request-form.js';
import { StartForm } from './start-form.js';

/** A form that is made from the schema of the request, and what it will do. */
export function Start() {
  const { line = '', like: likeId = '' } = useStore(place).query;
  const schema = useAnswer('openapi', async () => readFields(await ask('openapi.json')));
  const lines = useAnswer('counted', () => listLines({ counts: true }));
  const like = useAnswer(likeId || null, () => getRun(likeId));
  useEffect(() => {
    document.title = 'Start a run, xmlfan';
  }, []);
  const error = schema.error ?? lines.error;
  const waitsForRun = likeId !== '' && like.value === null && like.error === null;
  const ready = schema.value !== null && lines.value !== null && !waitsForRun;
  return html`
    <div class="head"><h1 tabindex="-1">Start a run</h1></div>
    <${Result} place="start" />
    ${error !== null && html`<${Problem} error=${error} />`}
    ${!ready && error === null && html`<${Loading} title="Start" />`}
    ${
      ready &&
      html`<${StartForm}
        fields=${schema.value}
        lines=${lines.value?.contracts ?? []}
        like=${like.value?.request ?? {}}
        line=${line}
      />`
    }
  `;
}
