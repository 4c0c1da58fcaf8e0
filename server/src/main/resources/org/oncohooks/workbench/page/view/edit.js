// Changing one fact of the working copy: its date, state or value, or all of it as JSON; adding a fact or a relative.

import {html, nothing} from '../lib/lit-html/lit-html.js';
import {guard} from '../lib/lit-html/directives/guard.js';
import {ref as holds} from '../lib/lit-html/directives/ref.js';
import {edit} from '../actions.js';
import {years} from '../ages.js';
import * as fhir from '../fhir.js';
import {SYMPTOMS} from '../facts.js';
import {today} from '../hooks.js';
import {CANCERS} from '../relatives.js';
import {change, state} from '../store.js';

const STATES = {
  Condition: ['active', 'recurrence', 'relapse', 'inactive', 'remission', 'resolved', 'refuted', 'entered-in-error'],
  Observation: ['final', 'preliminary', 'amended', 'cancelled', 'entered-in-error'],
  DiagnosticReport: ['final', 'preliminary', 'amended', 'cancelled', 'entered-in-error'],
  Procedure: ['completed', 'in-progress', 'preparation', 'not-done', 'entered-in-error'],
  ServiceRequest: ['draft', 'active', 'on-hold', 'revoked', 'completed', 'entered-in-error'],
  FamilyMemberHistory: ['completed', 'partial', 'health-unknown', 'entered-in-error'],
};

const RELATIVES = [['MTH', 'mother'], ['FTH', 'father'], ['SIS', 'sister'], ['BRO', 'brother'], ['DAU', 'daughter'], ['SON', 'son'],
  ['MAUNT', 'maternal aunt'], ['PAUNT', 'paternal aunt'], ['MUNCLE', 'maternal uncle'], ['PUNCLE', 'paternal uncle'],
  ['MGRMTH', 'maternal grandmother'], ['PGRMTH', 'paternal grandmother'], ['MGRFTH', 'maternal grandfather'],
  ['PGRFTH', 'paternal grandfather'], ['MCOUSN', 'maternal cousin'], ['PCOUSN', 'paternal cousin']];

export const openEditor = what => change(s => (s.editing = what));
/** The browser then puts the focus back to where it was. */
const close = () => document.querySelector('dialog[open]')?.close();
const closed = () => change(s => (s.editing = null));

export function editButton(reference, title) {
  return html`<button class="quiet edit" @click=${() => openEditor(reference)}>Edit<span class="unseen"> ${title}</span></button>`;
}

/** Opens a dialog as soon as it stands in the page. */
const show = element => queueMicrotask(() => {
  if (element?.isConnected && !element.open) element.showModal();
});

export function editorDialog() {
  const {editing, chart} = state;
  if (!editing) return nothing;
  const resource = chart.resources.find(r => fhir.ref(r) === editing);
  return html`<dialog ${holds(show)} @close=${closed} aria-labelledby="edit-head">
    ${editing === 'add' ? adding() : resource ? changing(structuredClone(resource)) : nothing}
  </dialog>`;
}

function changing(resource) {
  const title = resource.resourceType === 'Patient' ? fhir.name(resource)
    : resource.resourceType === 'FamilyMemberHistory' ? fhir.words(resource.relationship)
      : fhir.words(resource.code ?? resource.medicationCodeableConcept ?? resource.type?.[0]) || resource.resourceType;
  return html`<form method="dialog" @submit=${e => saveFields(e, resource, title)}>
    <h2 id="edit-head">Edit: ${title}</h2>
    <p class="hint">Changes this page’s copy only; nothing is stored. ${fhir.ref(resource)}</p>
    ${fields(resource)}
    <details><summary>All of it, as JSON</summary>
      <label>Resource<textarea name="json" rows="14" spellcheck="false" .value=${JSON.stringify(resource, null, 2)}></textarea></label>
      <button type="button" @click=${e => saveJson(e, title)}>Save the JSON</button>
      <p class="missing" role="alert"></p></details>
    <p class="buttons"><button class="primary" value="save">Save</button>
      ${resource.resourceType === 'Patient' ? nothing : html`<button type="button" @click=${() => {
        close();
        edit([{words: `Removed: ${title}`, remove: fhir.ref(resource)}]);
      }}>Remove this fact</button>`}
      <button type="button" @click=${close}>Cancel</button></p>
  </form>`;
}

function fields(r) {
  if (r.resourceType === 'Patient') {
    return html`<label>Date of birth (YYYY-MM-DD, YYYY-MM or YYYY; empty for not recorded)
        <input name="birthDate" .value=${r.birthDate ?? ''} pattern="\\d{4}(-\\d{2}(-\\d{2})?)?"></label>
      <label>Gender <select name="gender">${['', 'female', 'male', 'other', 'unknown'].map(g =>
        html`<option value=${g} ?selected=${(r.gender ?? '') === g}>${g || 'not recorded'}</option>`)}</select></label>
      <p class="hint">The sex at birth, where it is recorded, wins over the gender; change it in the JSON.</p>`;
  }
  const {key, text} = fhir.dated(r);
  const states = STATES[r.resourceType] ?? [];
  const current = fhir.statusOf(r).split(', ');
  return html`
    ${r.resourceType === 'FamilyMemberHistory' ? (r.condition ?? []).map((c, i) => html`<label>Age at ${fhir.words(c.code)}
      <input name="onset${i}" type="number" min="0" max="130" .value=${years(c.onsetAge) ?? ''}></label>`) : html`
      <label>Date${key ? ` (${key})` : ''}, YYYY-MM-DD, YYYY-MM or YYYY; empty for not recorded
        <input name="date" .value=${fhir.day(text)} pattern="\\d{4}(-\\d{2}(-\\d{2})?)?"></label>`}
    ${states.length ? html`<label>State <select name="state">${states.map(s =>
      html`<option ?selected=${current.includes(s)}>${s}</option>`)}</select></label>` : nothing}
    ${r.valueQuantity ? html`<label>Value (${r.valueQuantity.unit ?? r.valueQuantity.code ?? 'no unit'})
      <input name="value" type="number" step="any" .value=${r.valueQuantity.value ?? ''}></label>` : nothing}`;
}

/** The date element that a type gets when it had none. */
const NEW_DATE = {Condition: 'onsetDateTime', Observation: 'effectiveDateTime', DiagnosticReport: 'effectiveDateTime',
  Procedure: 'performedDateTime', ServiceRequest: 'authoredOn', MedicationRequest: 'authoredOn',
  MedicationStatement: 'effectiveDateTime', MedicationAdministration: 'effectiveDateTime', RiskAssessment: 'occurrenceDateTime'};

function saveFields(event, r, title) {
  event.preventDefault();
  const form = new FormData(event.target);
  const words = [];
  const told = (what, was, is) => {
    if (String(was ?? '') !== String(is ?? '')) words.push(`${what} ${was || 'not recorded'} → ${is || 'not recorded'}`);
  };
  if (form.has('birthDate')) {
    told('born', r.birthDate, form.get('birthDate'));
    told('gender', r.gender, form.get('gender'));
    put(r, 'birthDate', form.get('birthDate'));
    put(r, 'gender', form.get('gender'));
  }
  if (form.has('date')) setDate(r, form.get('date'), told);
  if (form.has('state')) setState(r, form.get('state'), told);
  if (form.get('value')) {
    told('value', r.valueQuantity.value, form.get('value'));
    r.valueQuantity.value = Number(form.get('value'));
  }
  (r.condition ?? []).forEach((c, i) => {
    if (!form.has(`onset${i}`)) return;
    const was = years(c.onsetAge);
    // an onset in another form stays as it is
    if (String(was ?? '') === form.get(`onset${i}`)) return;
    told(`${fhir.words(c.code)} at`, was, form.get(`onset${i}`));
    setOnset(c, form.get(`onset${i}`));
  });
  close();
  if (words.length) edit([{words: `${title}: ${words.join(', ')}`, resource: r}]);
}

function put(object, key, value) {
  if (value === '' || value === undefined) delete object[key];
  else object[key] = value;
}

function setDate(r, text, told) {
  const {key, text: was} = fhir.dated(r);
  if (fhir.day(was) === text) return;
  told('date', fhir.day(was), text);
  const isAge = key.endsWith('Age');
  if (isAge) delete r[key];
  const target = (!isAge && key) || NEW_DATE[r.resourceType] || 'date';
  delete r[`_${target}`];
  if (typeof r[target] === 'object' && text) r[target] = {...r[target], start: text};
  else put(r, target, text);
}

function setState(r, state_, told) {
  const was = fhir.statusOf(r).split(', ');
  if (was.includes(state_)) return;
  told('state', was[0], state_);
  if (r.resourceType !== 'Condition') {
    r.status = state_;
    return;
  }
  const system = kind => `http://terminology.hl7.org/CodeSystem/condition-${kind}`;
  if (state_ === 'refuted' || state_ === 'entered-in-error') {
    r.verificationStatus = {coding: [{system: system('ver-status'), code: state_}]};
    if (state_ === 'entered-in-error') delete r.clinicalStatus;
  } else {
    r.clinicalStatus = {coding: [{system: system('clinical'), code: state_}]};
    if (['refuted', 'entered-in-error'].includes(was.at(-1))) {
      r.verificationStatus = {coding: [{system: system('ver-status'), code: 'confirmed'}]};
    }
  }
}

function setOnset(condition, years) {
  for (const key of Object.keys(condition)) if (key.startsWith('onset')) delete condition[key];
  if (years) condition.onsetAge = {value: Number(years), unit: 'years', system: 'http://unitsofmeasure.org', code: 'a'};
}

function saveJson(event, title) {
  const area = event.target.closest('form').elements.json;
  try {
    const resource = JSON.parse(area.value);
    if (!resource.resourceType || !resource.id) throw new Error('it needs a resourceType and an id');
    close();
    edit([{words: title ? `${title}: edited as JSON` : `Added: ${fhir.ref(resource)}`, resource}]);
  } catch (e) {
    event.target.closest('form').querySelector('[role=alert]').textContent = `Not saved: ${e.message}.`;
  }
}

// --- Adding -------------------------------------------------------------------------------------

const KINDS = [['symptom', 'Symptom or sign'], ['relative', 'Relative'], ['Condition', 'Problem'], ['Observation', 'Result'],
  ['DiagnosticReport', 'Imaging or report'], ['Procedure', 'Procedure'], ['ServiceRequest', 'Order or referral'],
  ['MedicationRequest', 'Medicine'], ['json', 'Anything else']];

/** Symptoms as the rules ask for them, without the question whose answer is one. */
const isSymptom = id => SYMPTOMS.includes(id) && id !== 'symptom-question';

const isRelative = set => set.expansion.contains.some(c => c.system.endsWith('v3-RoleCode'));

const isMedicine = set => set.expansion.contains.some(c => /rxnorm/i.test(c.system));

/** The value sets that a fact of a kind can be of. */
function setsFor(kind) {
  const {types, concepts} = state.knowledge;
  const asked = set => types.get(set.id) ?? new Set();
  const fits = {
    symptom: set => isSymptom(set.id),
    MedicationRequest: isMedicine,
    answer: set => !asked(set).size && !isSymptom(set.id) && !isMedicine(set) && !isRelative(set),
  }[kind] ?? (set => asked(set).has(kind) && !isSymptom(set.id));
  return [...concepts.sets.values()].filter(set => set.expansion?.contains?.length && fits(set)).sort((a, b) => a.title.localeCompare(b.title));
}

function adding() {
  const {kind} = state.adding;
  return html`<h2 id="edit-head">Add to this page’s copy</h2>
    <p class="hint">Nothing is stored.</p>
    <div class="segments" role="group" aria-label="Kind of fact">${KINDS.map(([id, words]) => html`<button type="button"
      aria-pressed=${kind === id ? 'true' : 'false'} @click=${() => change(s => (s.adding = {kind: id, set: ''}))}>${words}</button>`)}</div>
    ${!state.knowledge ? html`<p class="hint">Reading the content…</p>` : kind === 'relative' ? relativeForm() : kind === 'json' ? jsonForm() : factForm(kind)}`;
}

const buttons = words => html`<p class="buttons"><button class="primary">${words}</button><button type="button" @click=${close}>Cancel</button></p>`;

function relativeForm() {
  const cancers = CANCERS.map(([id, , words]) => [id, words]).filter(([id]) => state.knowledge.concepts.sets.has(id));
  return html`<form method="dialog" @submit=${addRelative}>
    <div class="row">
      <label>Relative <select name="role">${RELATIVES.map(([code, words]) => html`<option value=${code}>${words}</option>`)}</select></label>
      <label>with <select name="cancer"><option value="">nothing recorded</option>${cancers.map(([id, words]) => html`<option value=${id}>${words}</option>`)}</select></label>
      <label>at age <input name="age" type="number" min="0" max="130"></label>
    </div>${buttons('Add the relative')}</form>`;
}

function jsonForm() {
  const template = () => ({resourceType: 'Condition', id: fresh('fact'), subject: patient(), code: {coding: [{system: SNOMED, code: '', display: ''}]}});
  return html`<form method="dialog" @submit=${e => {
    e.preventDefault();
    saveJson(e, '');
  }}>
    <label>A FHIR R4 resource about this patient${guard([], () =>
      html`<textarea name="json" rows="14" spellcheck="false" .defaultValue=${JSON.stringify(template(), null, 2)}></textarea>`)}</label>
    <p class="missing" role="alert"></p>${buttons('Add the resource')}</form>`;
}

function factForm(kind) {
  const sets = setsFor(kind);
  const set = sets.find(s => s.id === state.adding.set) ?? sets[0];
  if (!set) return html`<p class="missing">The rules ask for nothing of this kind.</p>`;
  const asked = kind === 'Observation' || kind === 'DiagnosticReport' ? setsFor('answer') : [];
  return html`<form method="dialog" @submit=${e => addFact(e, kind, set)}>
    <div class="row">
      <label>What <select @change=${e => change(s => (s.adding = {kind, set: e.target.value}))}>${sets.map(s =>
        html`<option value=${s.id} ?selected=${s === set}>${s.title}</option>`)}</select></label>
      <label>Code <select name="code">${codes(set).slice(0, MOST_CODES).map((c, i) => html`<option value=${i}>${c.display ?? set.title} (${system(c)} ${c.code})</option>`)}</select></label>
      ${kind === 'symptom' ? html`<label>Said to be <select name="said"><option value="present">present</option><option value="absent">absent</option></select></label>` : nothing}
      ${kind === 'Observation' ? html`<label>Value <input name="value" type="number" step="any"></label><label>Unit (UCUM) <input name="unit" size="8" autocomplete="off"></label>` : nothing}
      ${asked.length ? html`<label>${kind === 'Observation' ? 'or answer' : 'Conclusion'} <select name="answer"><option value="">${kind === 'Observation' ? 'yes' : 'none'}</option>
        ${asked.map(s => html`<option value=${s.id}>${s.title}</option>`)}</select></label>` : nothing}
      <label>On <input name="date" type="date" required .defaultValue=${state.setup.day || today()}></label>
    </div>${buttons('Add the fact')}</form>`;
}

const MOST_CODES = 300;
const SNOMED = 'http://snomed.info/sct';

/** A value set's codes, SNOMED before others. */
const codes = set => [...set.expansion.contains].sort((a, b) => (b.system === SNOMED) - (a.system === SNOMED));

const SYSTEMS = {[SNOMED]: 'SNOMED', 'http://loinc.org': 'LOINC', 'http://www.nlm.nih.gov/research/umls/rxnorm': 'RxNorm'};
const system = c => SYSTEMS[c.system] ?? c.system.split('/').at(-1);

/** One code of a value set, the first unless another one is chosen. */
function concept(setId, i = 0) {
  const set = state.knowledge.concepts.sets.get(setId);
  const {system: of, code, display} = codes(set)[i];
  return {coding: [{system: of, code, ...(display && {display})}], ...(display ? {} : {text: set.title})};
}

const fresh = prefix => `${prefix}-${crypto.getRandomValues(new Uint32Array(1))[0].toString(36)}`;
const patient = () => ({reference: `Patient/${state.chart.id}`});

function addRelative(event) {
  event.preventDefault();
  const form = new FormData(event.target);
  const [code, display] = RELATIVES.find(([c]) => c === form.get('role'));
  const resource = {resourceType: 'FamilyMemberHistory', id: fresh('relative'), status: 'completed', patient: patient(),
    relationship: {coding: [{system: 'http://terminology.hl7.org/CodeSystem/v3-RoleCode', code, display}]}};
  let words = display;
  if (form.get('cancer')) {
    const condition = {code: concept(form.get('cancer'))};
    setOnset(condition, form.get('age'));
    resource.condition = [condition];
    words += `, ${fhir.words(condition.code)}${form.get('age') ? ` at ${form.get('age')}` : ''}`;
  }
  close();
  edit([{words: `Added: ${words}`, resource}]);
}

const status = (kind, code) => ({coding: [{system: `http://terminology.hl7.org/CodeSystem/condition-${kind}`, code}]});

function addFact(event, kind, set) {
  event.preventDefault();
  const form = new FormData(event.target);
  const asked = state.knowledge.types.get(set.id) ?? new Set();
  const isAbsent = form.get('said') === 'absent';
  // a symptom stands among the problems, and that it is not there among the observations, where the rules look there
  const [first, second] = isAbsent ? ['Observation', 'Condition'] : ['Condition', 'Observation'];
  const type = kind !== 'symptom' ? kind : asked.has(second) && !asked.has(first) ? second : first;
  const code = concept(set.id, Number(form.get('code')));
  const day = form.get('date');
  const answer = form.get('answer') ? concept(form.get('answer')) : null;
  const resource = {resourceType: type, id: fresh('fact'), subject: patient()};
  if (type === 'MedicationRequest') Object.assign(resource, {status: 'active', intent: 'order', medicationCodeableConcept: code, authoredOn: day});
  else resource.code = code;
  if (type === 'Condition') {
    Object.assign(resource, {verificationStatus: status('ver-status', isAbsent ? 'refuted' : 'confirmed'),
      ...(!isAbsent && {clinicalStatus: status('clinical', 'active')}), onsetDateTime: day});
  } else if (type === 'Procedure') Object.assign(resource, {status: 'completed', performedDateTime: day});
  else if (type === 'Observation') Object.assign(resource, {status: 'final', effectiveDateTime: day, ...value(form, answer, isAbsent)});
  else if (type === 'DiagnosticReport') Object.assign(resource, {status: 'final', effectiveDateTime: day, ...(answer && {conclusionCode: [answer]})});
  else if (type === 'ServiceRequest') Object.assign(resource, {status: 'active', intent: 'order', authoredOn: day});
  close();
  edit([{words: `Added: ${fhir.words(code)}${isAbsent ? ', absent' : ''}${answer ? `, ${fhir.words(answer)}` : ''}, ${fhir.date(day)}`, resource}]);
}

function value(form, answer, isAbsent) {
  if (form.get('value')) {
    const unit = form.get('unit').trim();
    return {valueQuantity: {value: Number(form.get('value')), ...(unit && {unit, system: 'http://unitsofmeasure.org', code: unit})}};
  }
  return answer ? {valueCodeableConcept: answer} : {valueBoolean: !isAbsent};
}
