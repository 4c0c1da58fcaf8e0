// The chart: what the rules can see, told as a chart; what is missing is said.

import {html, nothing} from '../lib/lit-html/lit-html.js';
import {askForDues, knowsDues, mark, readContentAgain} from '../actions.js';
import {EXPECTED, GROUPS, facts, typesOf} from '../facts.js';
import * as fhir from '../fhir.js';
import {today} from '../hooks.js';
import {titleOf} from '../knowledge.js';
import {inWords, pedigree} from '../pedigree.js';
import {proband, relatives} from '../relatives.js';
import {sound} from '../shape.js';
import {INSTEAD} from '../stand.js';
import {change, isEarlier, state} from '../store.js';
import {SPANS, timeline} from '../timeline.js';
import {editButton, openEditor} from './edit.js';

const FEW = 8;
const MOST = 300;

let known = {};

/** The facts of the open chart; told anew only when the chart or the content changes. */
export function currentFacts() {
  const {chart, knowledge} = state;
  if (known.resources !== chart.resources || known.knowledge !== knowledge) {
    const drawn = sound(chart.resources);
    known = {resources: chart.resources, knowledge, drawn, facts: facts(drawn, knowledge), relatives: relatives(drawn, knowledge)};
  }
  return known;
}

export function chartView() {
  const {facts: all} = currentFacts();
  return html`
    ${state.marked.refs.size ? html`<p class="marking" role="status"><span class="used-key" aria-hidden="true"></span>
      ${state.marked.refs.size === 1 ? '1 fact of the chosen card is marked.' : `${state.marked.refs.size} facts of the chosen card are marked.`}
      <button class="quiet" @click=${() => mark('', [])}>Unmark</button></p>` : nothing}
    ${figures()}
    <section aria-labelledby="facts-head">
      <div class="row spread"><h2 id="facts-head">Facts</h2>
        <button @click=${() => openEditor('add')}>Add a fact or relative</button></div>
      <div class="groups">${GROUPS.map(([id, title]) => group(id, title, all.filter(f => f.group === id)))}</div>
    </section>`;
}

/** Timeline and pedigree with some facts marked. */
export function figures(marked = state.marked.refs) {
  // without the value sets a relative with cancer would be drawn like one without
  if (!state.knowledge) return html`<p class="missing" role="status">${state.contentFailed
    ? html`Timeline and family need the content of /fhir, which could not be read. <button class="quiet" @click=${readContentAgain}>Try again</button>` : 'Reading the content…'}</p>`;
  const {facts: all, relatives: family, drawn} = currentFacts();
  const on = state.setup.day || today();
  const width = Math.max(300, figureWidth());
  return html`
    <section aria-labelledby="time-head">
      <div class="row spread"><h2 id="time-head" tabindex="-1">Timeline</h2>
        <div class="segments" role="group" aria-label="Span of the timeline">${SPANS.map(([id, words]) =>
          html`<button aria-pressed=${state.span === id ? 'true' : 'false'} @click=${() => change(s => (s.span = id))}>${words}</button>`)}</div>
      </div>
      ${isUnknown(ALL) ? instead(ALL) : nothing}
      ${unknownDues()}
      ${timeline(all, {width, on, marked, dues: dues(), span: state.span, choose: showFact})}
    </section>
    <section aria-labelledby="family-head">
      <h2 id="family-head">Family</h2>
      ${instead(['FamilyMemberHistory'])}
      ${family.length || !isUnknown(['FamilyMemberHistory']) ? pedigree(proband(drawn, state.knowledge, on), family, marked, openEditor) : nothing}
    </section>`;
}

/** The column in which figures stand; see the style sheet. */
function figureWidth() {
  const page = Math.min(state.width, 1500) - 48;
  return state.width >= 1100 ? Math.round(page - 420 - 24 - 34) : Math.round(Math.min(state.width - 56, 1000));
}

/** What is due for this patient, each day once. */
function dues() {
  if (isEarlier()) return [];
  const found = new Map(Object.values(state.explained).flatMap(told => told.dues ?? [])
    .map(({label, day}) => [`${label} ${day}`, {label: `${label} ${fhir.date(day)}`, at: fhir.moment(day)}]));
  return [...found.values()].sort((a, b) => a.at - b.at);
}

/** That no day is drawn must not look like nothing being due. */
function unknownDues() {
  if (isEarlier() || !state.results) return nothing;
  const lacking = state.results.map(r => state.explained[r.entry.id]).filter(told => !knowsDues(told));
  const refused = lacking.some(told => told?.failed || told?.unknown);
  if (!lacking.length) return nothing;
  if (lacking.some(told => told && !told.failed && !told.unknown)) {
    return state.duesAsked === state.results ? html`<p class="instead" role="note">Asking for due dates…</p>` : nothing;
  }
  const ask = () => {
    document.getElementById('time-head').focus({preventScroll: true});
    askForDues();
  };
  return html`<p class="instead" role="note">${refused ? 'Due dates are not known, or not all: the service did not give the reasons.' : 'Due dates were not asked for: large chart.'}
    <button class="quiet" @click=${ask}>Ask for due dates</button></p>`;
}

/** Goes to a fact in the lists; from another view by way of the one that has them. */
function showFact(ref) {
  const element = document.getElementById(`fact-${ref.replace('/', '-')}`);
  if (!element && state.route.part) {
    addEventListener('hashchange', () => showFact(ref), {once: true});
    location.hash = `#/patient/${encodeURIComponent(state.route.id)}`;
    return;
  }
  element?.closest('details')?.setAttribute('open', '');
  element?.scrollIntoView({block: 'center'});
  element?.focus();
}

const ALL = GROUPS.flatMap(([id]) => typesOf(id));

/** Whether a dropped request leaves resources of these types, or some of them, to the service. */
const leaves = types => state.chart.stand?.keys.some(k => types.includes(k.type));
const isUnknown = types => leaves(types) && state.chart.stand.from !== 'store';
const instead = types => (leaves(types) ? html`<p class="instead">${INSTEAD[state.chart.stand.from]}</p>` : nothing);

function group(id, title, list) {
  const types = typesOf(id);
  if (!list.length && !EXPECTED.includes(id) && !leaves(types)) return nothing;
  const seen = list.filter(f => f.sets.size || state.marked.refs.has(f.ref));
  const others = list.filter(f => !seen.includes(f));
  const first = seen.length ? seen : others;
  const rest = seen.length ? others : [];
  return html`<section class="group" aria-labelledby="g-${id}">
    <h3 id="g-${id}">${title} <span class="count">${list.length || !isUnknown(types) ? list.length : ''}</span></h3>
    ${instead(types)}
    ${list.length || isUnknown(types) ? nothing : html`<p class="missing">None recorded.</p>`}
    ${factList(first.slice(0, FEW))}
    ${first.length > FEW || rest.length ? html`<details><summary>${first.length - Math.min(FEW, first.length) + rest.length} more${
      rest.length ? `, ${rest.length} of them in no value set of the rules` : ''}</summary>
      ${factList([...first.slice(FEW), ...rest].slice(0, MOST))}${Math.max(0, first.length - FEW) + rest.length > MOST
        ? html`<p class="missing">${MOST} of these are listed; the timeline and the cards rest on all.</p>` : nothing}</details>` : nothing}
  </section>`;
}

const factList = list => html`<ul class="facts-list">${list.map(f => one(f))}</ul>`;

/** Entries of the record by reference, each with its resource. */
export function entries(refs) {
  const {facts: all, relatives: family} = currentFacts();
  return html`<ul class="facts-list">${refs.map(ref => {
    const f = all.find(x => x.ref === ref);
    if (f) return one(f, true);
    const relative = family.flatMap(x => x.entries).find(x => x.ref === ref);
    const r = relative?.resource ?? state.chart.resources.find(x => fhir.ref(x) === ref);
    return html`<li id="fact-${ref.replace('/', '-')}" tabindex="-1"><span class="when">${relative ? 'family' : ''}</span>
      <span class="what"><bdi>${relative ? inWords(relative) : r ? `${r.resourceType} of the chart` : `${ref}, which is not in this chart`}</bdi>
      ${r ? json(r) : nothing}</span>${r ? editButton(ref, ref) : nothing}</li>`;
  })}</ul>`;
}

const json = resource => html`<details class="resource"><summary>Resource</summary><pre class="json" tabindex="0" aria-label=${`Resource ${fhir.ref(resource)}`}>${
  JSON.stringify(resource, null, 2)}</pre></details>`;

function one(f, whole = false) {
  const used = !whole && state.marked.refs.has(f.ref);
  const sets = [...f.sets].map(s => titleOf(state.knowledge, s));
  return html`<li id="fact-${f.ref.replace('/', '-')}" tabindex="-1" class=${used ? 'used' : ''}>
    <span class="when">${f.when ? `${f.about ? 'about ' : ''}${fhir.date(fhir.day(f.when))}` : html`<span class="missing">no date</span>`}</span>
    <span class="what"><bdi class=${f.void ? 'void' : ''}>${f.title}</bdi>${f.detail ? html` <bdi class="value ${f.type === 'Observation' ? 'measured' : ''}">${f.detail}</bdi>` : nothing}
      <span class="meta">${f.void ? html`<strong>does not count: </strong>` : nothing}${f.status || 'no status'}${state.chart.stand?.refs.has(f.ref) ? html` · <strong>from the store</strong>` : nothing}${used ? html` · <strong>used by the card</strong>` : nothing}
        ${sets.length ? html`<span class="sets" title=${`In these value sets of the rules: ${sets.join('; ')}`}> · ${sets.slice(0, 2).join(', ')}${
          sets.length > 2 ? ` and ${sets.length - 2} more` : ''}</span>` : nothing}</span>
      ${whole ? json(f.resource) : nothing}</span>
    ${editButton(f.ref, f.title)}
  </li>`;
}
