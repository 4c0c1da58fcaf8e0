// All stored patients at a glance: how many are due, overdue, referred, alerted, not evaluated; a worklist to click through.

import {html, nothing} from '../lib/lit-html/lit-html.js';
import {openPatient, sampleTag} from '../actions.js';
import * as fhir from '../fhir.js';
import {KINDS, cancelGlance, csv, runGlance} from '../glance.js';
import {today} from '../hooks.js';
import {change, isNarrow, state} from '../store.js';
import {prominent} from './setup.js';

const SIGNS = {critical: '‼', failed: '×', alert: '!', overdue: '▲', due: '△', referral: '→', decision: 'i', incomplete: '?', answered: '✓', none: '–'};

export function populationView() {
  const {glance, patients, population: setup} = state;
  const list = patients.list;
  return html`<h1>Population at a glance</h1>
    <p class="lead">Asks every service about every patient in the store, a few at a time, as a chart being opened would. Each call stands in the ledger.</p>
    <section class="setup" aria-label="Setup of the glance">
      <label>Evaluated on (empty: today, or a sample’s own day)
        <input type="date" .value=${setup.day} ?disabled=${glance?.running} @change=${e => choose({day: e.target.value})}></label>
      ${prominent('ScreeningProgramme', 'Programme', state.knowledge, setup.parameters, parameter)}
      ${glance?.running ? html`<button @click=${cancelGlance}>Stop</button>` : html`<button class="primary" ?disabled=${!list?.length || patients.loading || !state.discovery}
        @click=${() => runGlance(list.map(p => ({...p, sortName: fhir.name(p)})))}>Evaluate ${list?.length ?? '…'} patients</button>`}
    </section>
    ${glance ? body(glance) : html`<p class="hint">${patients.loading ? 'Reading the patients…' : 'Nothing evaluated yet.'}</p>`}`;
}

const choose = changes => change(s => (s.population = {...s.population, ...changes}));

function parameter(name, value) {
  const parameters = {...state.population.parameters};
  if (value === undefined) delete parameters[name];
  else parameters[name] = value;
  choose({parameters});
}

function body(glance) {
  const counts = new Map(KINDS.map(([id]) => [id, 0]));
  for (const row of glance.rows) {
    for (const kind of new Set(row.findings.length ? row.findings.map(f => f.kind) : ['none'])) counts.set(kind, counts.get(kind) + 1);
  }
  const most = Math.max(1, ...counts.values());
  const narrow = isNarrow();
  const rows = glance.filter ? glance.rows.filter(r => r.findings.some(f => f.kind === glance.filter) || (glance.filter === 'none' && !r.findings.length)) : glance.rows;
  return html`
    <p role="status">${glance.running ? html`<progress max=${glance.of} value=${glance.done} aria-label="Progress"></progress> ${glance.done} of ${glance.of}`
      : `${glance.cancelled ? 'Stopped: ' : ''}${glance.done} of ${glance.of} patients in ${glance.seconds.toFixed(1)} s.`}
      ${glance.setup === state.population ? nothing : html`<strong>The setup above is not the one of these answers; evaluate again.</strong>`}</p>
    <section class="counts" aria-labelledby="counts-head"><h2 id="counts-head">How many patients</h2>
      <ul class="bars">${KINDS.map(([id, word, text]) => {
        const count = counts.get(id);
        return html`<li class="bar ${id}"><button aria-pressed=${glance.filter === id ? 'true' : 'false'} @click=${() =>
          change(s => (s.glance = {...glance, filter: glance.filter === id ? '' : id, shown: 50}))}>
          <span class="sign" aria-hidden="true">${SIGNS[id]}</span> ${word}</button>
          <svg class="track" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="fill" width=${(count / most) * 100} height="10"></rect></svg>
          <strong>${count}</strong><span class="hint">${text}</span></li>`;
      })}</ul>
      <p class="hint">A patient with several findings counts in each row.</p></section>
    <section class="work" aria-labelledby="work-head">
      <div class="row spread"><h2 id="work-head">Worklist${glance.filter ? `: ${KINDS.find(k => k[0] === glance.filter)[1]}` : ''} (${rows.length})</h2>
        <button ?disabled=${!rows.length} @click=${() => save(csv(rows))}>Save as CSV</button></div>
      <table class="list"><thead><tr><th scope="col">Patient</th>${narrow ? nothing : html`<th scope="col">Age</th>`}<th scope="col">Findings</th></tr></thead>
        <tbody>${rows.slice(0, glance.shown).map(r => html`<tr><th scope="row"><a href="#/patient/${encodeURIComponent(r.id)}" @click=${() => openPatient(r.id, glance.setup)}>${r.name}</a><span class="id">${r.id}</span>${narrow ? html`<span class="story">${age(r, glance)} years</span>` : nothing}</th>
          ${narrow ? nothing : html`<td>${age(r, glance)}</td>`}
          <td>${r.findings.length ? html`<ul class="plain">${r.findings.map(f => html`<li><span class="finding ${f.kind}"><span aria-hidden="true">${SIGNS[f.kind]}</span>
            ${KINDS.find(k => k[0] === f.kind)[1]}</span> ${f.summary}</li>`)}</ul>` : html`<span class="hint">no card</span>`}</td></tr>`)}</tbody></table>
      ${rows.length > glance.shown ? html`<button @click=${() => change(s => (s.glance = {...glance, shown: glance.shown + 100}))}>Show more (${rows.length - glance.shown} not shown)</button>` : nothing}
    </section>`;
}

const age = (r, glance) =>
  fhir.age(r.patient.birthDate, glance.day || sampleTag(r.patient)?.code || today()) || html`<span class="missing">not recorded</span>`;

function save(text) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob(['\ufeff', text], {type: 'text/csv'}));
  link.download = `oncohooks-worklist-${today()}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
