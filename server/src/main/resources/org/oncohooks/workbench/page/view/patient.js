// One patient: who it is, under which setup, and the views of it.

import {html, nothing} from '../lib/lit-html/lit-html.js';
import {openPatient, storeChart, undoEdits} from '../actions.js';
import {time} from '../ages.js';
import * as fhir from '../fhir.js';
import {today} from '../hooks.js';
import {difference} from '../same.js';
import {flaw} from '../shape.js';
import {change, isEarlier, state} from '../store.js';
import {editorDialog, openEditor} from './edit.js';
import {setupView} from './setup.js';
import {reviewView} from './review.js';
import {whyView} from './why.js';
import {compareView} from './compare.js';
import {wireView} from './wire.js';

const PARTS = [['', 'Review', reviewView], ['why', 'Why', whyView], ['compare', 'Compare', compareView], ['wire', 'Wire', wireView]];

export function patientView() {
  const {chart, route} = state;
  if (!chart || chart.loading) {
    return html`<h1>Patient</h1><p class="hint" role="status">${chart ? 'Reading the chart…' : 'No chart is open.'}</p>
      <p class="buttons">${chart || !route.id || route.id === 'dropped' ? nothing : html`<button @click=${() => openPatient(route.id)}>Open ${route.id} again</button>`}
        <a href="#/patients">All patients</a></p>`;
  }
  const [, , draw] = PARTS.find(([part]) => part === route.part) ?? PARTS[0];
  return html`
    ${head(chart)}
    <nav class="tabs" aria-label="Views of this patient">${PARTS.map(([part, words]) =>
      html`<a href="#/patient/${encodeURIComponent(route.id)}${part ? `/${part}` : ''}"
        aria-current=${route.part === part ? 'page' : nothing}>${words}</a>`)}</nav>
    ${setupView()}
    ${changed(chart)}
    ${draw()}
    ${editorDialog()}`;
}

function head(chart) {
  const flawed = chart.resources.filter(flaw);
  const patient = chart.resources.find(r => r.resourceType === 'Patient' && !flaw(r));
  const on = state.setup.day || today();
  const age = fhir.age(patient?.birthDate, on);
  return html`<div class="who">
    <h1>${patient ? fhir.name(patient) : `Patient ${chart.id}`}</h1>
    <p class="facts">
      ${fhir.isDead(patient) ? deceased(patient, on) : nothing}
      ${fhir.isDead(patient, on) ? nothing : html`<span>${age ? `${age} years` : html`<span class="missing">age not recorded</span>`}</span>`}
      <span>${patient ? fhir.sex(patient) : ''}</span>
      <span>born ${patient?.birthDate ? fhir.date(patient.birthDate) : html`<span class="missing">not recorded</span>`}</span>
      <span class="id">${chart.id}</span>
      <span class="tag">${chart.source === 'store' ? 'from the store' : chart.source === 'request' ? 'from a dropped request' : 'from a dropped Bundle'}</span>
      ${patient ? html`<button class="quiet" @click=${() => openEditor(fhir.ref(patient))}>Edit<span class="unseen"> age and gender</span></button>` : nothing}
      ${chart.source !== 'store' && patient && !chart.edited && !state.storing?.running ? html`<button class="quiet" @click=${() => storeChart()}>Store in the service</button>` : nothing}
    </p>
    ${state.storing?.id === chart.id ? storing(state.storing) : nothing}
    ${flawed.length || chart.leftOut ? unread(flawed, chart.leftOut) : nothing}
    ${chart.others ? html`<p class="missing">The file holds ${chart.others === 1 ? 'one more patient' : `${chart.others} more patients`}, not shown here: this is the first one.
      Drop the others as a file each.</p>` : nothing}
    ${chart.strange?.length ? strange(chart) : nothing}
    ${chart.unread?.length ? html`<p class="missing">Of the files that were dropped only ${chart.label} was read, and not <bdi>${chart.unread.join(', ')}</bdi>: drop one at a time.</p>` : nothing}
    ${chart.stand ? standing(chart.stand) : nothing}
    ${patient || chart.stand || flawed.some(r => r.resourceType === 'Patient') ? nothing : html`<p class="missing">The patient’s own resource is missing,
      so age and sex are not known.</p>`}
  </div>`;
}

/** In words and before all else: hardly a rule speaks for someone who has died. A later death is none yet on the day evaluated. */
function deceased(patient, on) {
  const day = fhir.day(patient.deceasedDateTime);
  const aged = time(patient, 'deceased', patient.birthDate)?.words;
  return html`<strong class="dead">${fhir.isDead(patient, on) ? 'Deceased' : 'Died after the day evaluated'}${
    day ? html`, ${fhir.date(day)}${aged?.startsWith('at') ? `, ${aged}` : ''}` : ', date not recorded'}</strong>`;
}

function storing({running, done, of, stored, refused, broken, asks}) {
  if (asks) return asks.chart === state.chart ? sameId(asks) : nothing;
  if (running) return html`<p class="storing" role="status"><progress max=${of} value=${done} aria-label="Stored"></progress> Storing: ${done} of ${of} resources.</p>`;
  const reasons = new Map();
  for (const {ref, why} of refused) reasons.set(why, [...(reasons.get(why) ?? []), ref]);
  return html`<div class="storing"><p><strong>${stored} of ${of} resources ${stored === 1 ? 'is' : 'are'} stored.</strong>
      ${broken ? html`<span class="refusal">The rest was not sent: ${broken} “Store in the service” goes on.</span>` : nothing}</p>
    ${refused.length ? html`<p class="refusal">Refused, so not in the store and not known to the cards: ${refused.length}</p>
      <ul class="plain">${[...reasons].map(([why, refs]) => html`<li>${why} <bdi>${refs.slice(0, FEW).join(', ')}${
        refs.length > FEW ? ` and ${refs.length - FEW} more` : ''}</bdi></li>`)}</ul>` : nothing}
    <button class="quiet" @click=${() => change(s => (s.storing = null))}>Close</button></div>`;
}

/** Two people may have one id in two systems. */
function sameId({chart, patient, replaced}) {
  const own = chart.resources.find(r => r.resourceType === 'Patient' && r.id === chart.id && !flaw(r));
  const inWords = p => html`<bdi>${fhir.name(p)}</bdi>, ${fhir.sex(p)}, born ${p.birthDate ? fhir.date(p.birthDate) : 'not recorded'}`;
  return html`<div class="storing" id="store-asks" role="group" tabindex="-1" aria-label="The store has this patient already">
    <p><strong>The store has a Patient/${chart.id} already.</strong> In the store: ${inWords(patient)}. In this chart: ${own ? inWords(own) : 'no Patient'}.</p>
    <p>Only if they are the same person, store the chart: it takes the place of ${replaced === 1 ? '1 resource that has' : `${replaced} resources that have`} the same ids, and the rest is added to what the store has.</p>
    <p class="buttons"><button @click=${() => storeChart(true)}>Same person: store</button>
      <button class="quiet" @click=${() => change(s => (s.storing = null))}>Do not store</button></p></div>`;
}

const FEW = 5;

/** What the request does not bring, and whose data the services then see. */
function standing({from, keys}) {
  const named = keys.map(({key}, i) => html`${i ? ', ' : ''}<code>${key}</code>`);
  return html`<p class="instead" role="note">The request leaves ${named} to the service. ${{
    store: 'What the service’s store holds for these is shown here, marked “from the store”, and used by the cards.',
    server: 'The service asks the request’s FHIR server for these, if its operator allows that, else its own store. This page sees neither: what is not shown here may still be recorded.',
    nobody: 'This patient is not in the service’s store: these are not known, and not an all-clear.',
    unread: 'They could not be read from the service’s store, which the cards may rest on: what is not shown here may still be recorded.',
  }[from]}</p>`;
}

const MOST_NAMED = 20;

/** The service would refuse the whole chart for these; that they are missing must not look like an all-clear. */
const strange = ({strange: all, id}) => html`<div class="missing" role="note">
  <p><strong>Left out, because about another patient than ${id}: ${all.length}.</strong> ${all.length === 1 ? 'It is' : 'They are'} not drawn, and not known to the cards.</p>
  <ul class="plain">${all.slice(0, MOST_NAMED).map(({ref, whose}) => html`<li><bdi>${ref}</bdi> is about <bdi>Patient/${whose}</bdi></li>`)}</ul>
  ${all.length > MOST_NAMED ? html`<p>and ${all.length - MOST_NAMED} more</p>` : nothing}</div>`;

/** The services get these as they are, and answer as they do; only the drawing goes without them. */
const unread = (flawed, leftOut = 0) => html`<div class="missing" role="status">
  ${flawed.length ? html`<p>Not in the form of FHIR R4, so not drawn here, but sent as ${flawed.length === 1 ? 'it is' : 'they are'}:</p>
    <ul class="plain">${flawed.slice(0, MOST_NAMED).map(r => html`<li><bdi>${fhir.ref(r)}</bdi>: ${flaw(r)}</li>`)}</ul>
    ${flawed.length > MOST_NAMED ? html`<p>and ${flawed.length - MOST_NAMED} more</p>` : nothing}` : nothing}
  ${leftOut ? html`<p>Left out: ${leftOut} ${leftOut === 1 ? 'entry' : 'entries'} of the file without a resource.</p>` : nothing}</div>`;

/** What was edited on this page, and what that did to the cards. */
function changed(chart) {
  if (!chart.edited) return nothing;
  const before = new Map((state.baseline ?? []).map(r => [r.entry.id, r]));
  const compared = (state.results ?? []).map(r => ({title: r.entry.title, ...difference(before.get(r.entry.id), r)}));
  const differences = compared.filter(d => d.gone && !d.unanswered);
  const unanswered = compared.filter(d => d.unanswered);
  return html`<section class="changed" aria-labelledby="changed-head">
    <div class="row spread"><h2 id="changed-head">Edited on this page</h2><button @click=${undoEdits}>Undo all edits</button></div>
    <ul class="plain">${chart.edits.map(e => html`<li>${e}</li>`)}</ul>
    <h3>What it changes</h3>
    ${isEarlier() || !state.results ? html`<p class="hint">${state.evaluating ? 'Asking…' : 'Not asked.'}</p>` : html`
    ${unanswered.map(d => html`<p class="missing">${d.title} can’t be compared: ${d.unanswered}</p>`)}
    ${differences.length ? differences.map(d => html`<dl class="diff">
      <dt>${d.title}</dt>
      ${d.gone.map(s => html`<dd class="gone"><span class="word">was</span> ${s}</dd>`)}
      ${d.added.map(s => html`<dd class="added"><span class="word">now</span> ${s}</dd>`)}
      ${d.altered.map(a => html`<dd class="added"><span class="word">now</span> other ${a.parts.join(' and ')}: ${a.summary}</dd>`)}
      ${d.added.length || d.altered.length ? nothing : html`<dd class="added"><span class="word">now</span> no card</dd>`}
      ${d.gone.length || d.altered.length ? nothing : html`<dd class="gone"><span class="word">was</span> no card</dd>`}
    </dl>`) : unanswered.length ? nothing : html`<p>No card changes.</p>`}`}
  </section>`;
}
