// Who is in the store, and what can be dropped on the page.

import {html, nothing} from '../lib/lit-html/lit-html.js';
import {drop, sampleTag} from '../actions.js';
import * as fhir from '../fhir.js';
import {today} from '../hooks.js';
import {change, isNarrow, state} from '../store.js';

const MORE = 50;

export function patientsView() {
  const {list, loading, query, shown, total} = state.patients;
  const found = list ? search(list, query) : [];
  return html`
    <h1>Patients</h1>
    <div class="columns wide-left">
      <section aria-labelledby="stored-head">
        <div class="row spread">
          <h2 id="stored-head">In the service’s store</h2>
          <label class="search">Search by name, id, birth date or story
            <input type="search" .value=${query} @input=${e => change(s => {
              s.patients.query = e.target.value;
              s.patients.shown = MORE;
            })}>
          </label>
        </div>
        ${loading ? html`<p class="hint">${list ? `Reading ${list.length} of ${total}.` : 'Reading the patients…'}</p>` : nothing}
        ${list ? html`<p class="hint" role="status">${found.length} of ${list.length} patients</p>${table(found.slice(0, shown))}` : nothing}
        ${found.length > shown ? html`<button @click=${() => change(s => (s.patients.shown += MORE * 2))}>
          Show more (${found.length - shown} not shown)</button>` : nothing}
      </section>
      <section aria-labelledby="drop-head" class="drop">
        <h2 id="drop-head">Your own data</h2>
        <p>Drop a FHIR R4 <strong>Bundle</strong> or a <strong>CDS Hooks request</strong> anywhere on this page. It stays in this
          browser; it is sent to the service as prefetch, and stored nowhere.</p>
        <label class="file">Choose a file
          <input type="file" accept=".json,application/json,application/fhir+json" @change=${e => {
            const [file] = e.target.files;
            if (file) drop(file);
            e.target.value = '';
          }}>
        </label>
        <p class="hint">Use invented or de-identified data. Calls are recorded in the service’s ledger, with the patient as a keyed hash.</p>
      </section>
    </div>`;
}

function search(list, query) {
  const wanted = query.toLowerCase().split(/\s+/).filter(Boolean);
  return list.filter(p => {
    p.searchText ??= `${fhir.name(p)} ${p.id} ${p.birthDate ?? ''} ${sampleTag(p)?.display ?? ''}`.toLowerCase();
    return wanted.every(w => p.searchText.includes(w));
  });
}

function table(patients) {
  const narrow = isNarrow();
  return html`<table class="list">
    <thead><tr><th scope="col">Name</th><th scope="col">Age</th><th scope="col">Sex</th>${narrow ? nothing : html`<th scope="col">Why interesting</th>`}</tr></thead>
    <tbody>${patients.map(p => {
      const tag = sampleTag(p);
      const on = tag?.code ?? today();
      return html`<tr>
        <th scope="row"><a href="#/patient/${encodeURIComponent(p.id)}">${fhir.name(p)}</a><span class="id">${p.id}</span>${narrow && tag ? html`<span class="story">${tag.display}</span>` : nothing}</th>
        <td>${fhir.age(p.birthDate, on) || html`<span class="missing">not recorded</span>`}</td>
        <td>${fhir.sex(p)}</td>
        ${narrow ? nothing : html`<td>${tag?.display ?? html`<span class="hint">stored patient</span>`}</td>`}
      </tr>`;
    })}</tbody>
  </table>`;
}
