// Two setups side by side on the same chart.

import {html, nothing} from '../lib/lit-html/lit-html.js';
import {compare} from '../actions.js';
import {isEarlier, state} from '../store.js';
import {difference} from '../same.js';
import {answersView} from './cards.js';
import {earlier} from './earlier.js';
import {DIALECTS, allSettings, inWords, prominent} from './setup.js';

export function compareView() {
  const other = state.compare?.setup ?? state.setup;
  const change = changes => compare({...other, ...changes});
  const parameter = (name, value) => {
    const parameters = {...other.parameters};
    if (value === undefined) delete parameters[name];
    else parameters[name] = value;
    change({parameters});
  };
  return html`
    <section class="setup" aria-label="The other setup">
      <strong>The other setup</strong>
      <label>Evaluated on (other)<input type="date" .value=${other.day} @change=${e => change({day: e.target.value})}></label>
      ${prominent('ScreeningProgramme', 'Programme (other)', state.knowledge, other.parameters, parameter)}
      ${prominent('FamilyHistoryTool', 'Family-history tool (other)', state.knowledge, other.parameters, parameter)}
      <label>EHR dialect (other) <select @change=${e => change({dialect: e.target.value})}>
        ${DIALECTS.map(([code, text]) => html`<option value=${code} ?selected=${other.dialect === code}>${text}</option>`)}</select></label>
      ${allSettings(state.knowledge, other.parameters, parameter)}
    </section>
    ${summary()}
    <div class="columns even">
      <section class=${isEarlier() ? 'is-earlier' : ''} aria-labelledby="here-head" aria-busy=${state.evaluating ? 'true' : 'false'}>
        <div class="row spread answers-head"><h2 id="here-head">This setup</h2>${earlier()}</div>${tell(state.setup)}${answersView(state.results, {acts: false})}</section>
      <section aria-labelledby="other-head"><h2 id="other-head">The other</h2>${tell(other)}
        ${state.compare ? answersView(state.compare.results, {acts: false}) : html`<p class="hint">Change something above.</p>`}</section>
    </div>`;
}

const tell = setup => html`<p class="hint">${inWords(setup)}</p>`;

function summary() {
  const {compare: c, results} = state;
  if (!c?.results || !results || isEarlier()) return nothing;
  const found = results.map(r => ({title: r.entry.title, ...difference(r, c.results.find(o => o.entry.id === r.entry.id))}));
  const unanswered = found.filter(d => d.unanswered);
  const differ = found.filter(d => d.gone && !d.unanswered);
  return html`<div role="status" class="summary">
    ${unanswered.map(d => html`<p><span class="sign" aria-hidden="true">×</span> ${d.title} can’t be compared: ${d.unanswered}</p>`)}
    ${differ.length ? html`<p><span class="sign" aria-hidden="true">≠</span> ${differ.length} of ${results.length} services answer differently: ${
      differ.map(d => `${d.title}${inParts(d)}`).join(', ')}.</p>`
      : unanswered.length ? html`<p>The other services give the same cards under both setups.</p>`
        : html`<p><span class="sign" aria-hidden="true">=</span> Both setups give the same cards.</p>`}</div>`;
}

/** Where the headlines are the same, a reader has to know where to look. */
function inParts({gone, added, altered}) {
  const parts = [...new Set(altered.flatMap(a => a.parts))];
  return gone.length || added.length ? '' : ` (same headline; other ${parts.join(' and ')})`;
}
