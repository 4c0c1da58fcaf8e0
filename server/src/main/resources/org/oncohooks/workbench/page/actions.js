// What a person can do; everything that changes the state stands here.

import {ApiError, get, search} from './api.js';
import * as bundles from './bundle.js';
import {duesOf} from './dues.js';
import * as fhir from './fhir.js';
import {call, callAll, feedback, instant, today} from './hooks.js';
import {load} from './knowledge.js';
import {completed, hides} from './stand.js';
import {inTheWay, store} from './storing.js';
import {change, isEarlier, say, state} from './store.js';

/** Tag of sample patients: the display says what is interesting, the code the day for which the chart was written. */
const SAMPLE = 'https://oncohooks.org/CodeSystem/sample-patient';

const KEPT_EXCHANGES = 60;

export const sampleTag = patient => [patient?.meta?.tag].flat().find(t => t?.system === SAMPLE);

export const newSetup = () => ({
  hook: 'patient-view', day: '', parameters: {}, dialect: '', order: null, sendsData: false,
});

function failed(e, doing) {
  if (e.name === 'AbortError') return;
  change(s => (s.failure = {doing, text: e.message, code: e instanceof ApiError ? e.code : ''}));
}

export async function start() {
  change(s => (s.setup ??= newSetup()));
  try {
    const discovery = await get('cds-services');
    change(s => (s.discovery = discovery.services));
  } catch (e) {
    failed(e, 'asking which services there are');
  }
  readContent();
}

export async function readContent() {
  change(s => (s.contentFailed = false));
  try {
    const knowledge = await load();
    change(s => Object.assign(s, {knowledge, contentFailed: false}));
  } catch (e) {
    change(s => (s.contentFailed = true));
    failed(e, 'reading the content from /fhir');
  }
}

/** As a person asks for it, who need not see the earlier failure any more. */
export function readContentAgain() {
  change(s => (s.failure = null));
  document.getElementById('main').focus({preventScroll: true});
  return readContent();
}

export async function loadPatients() {
  if (state.patients.list || state.patients.loading) return;
  change(s => (s.patients.loading = true));
  try {
    const list = await search('fhir/Patient?_count=200', (found, total) =>
      change(s => ((s.patients.total = total ?? 0), (s.patients.list = [...found]))));
    change(s => (s.patients.list = list));
  } catch (e) {
    failed(e, 'reading the patients from /fhir');
  } finally {
    change(s => (s.patients.loading = false));
  }
}

/** @param asked {day, parameters, hook} to evaluate it under, if not those of the page */
export async function openPatient(id, asked = {}) {
  const open = state.chart;
  if (open?.id === id && (open.loading || open.source === 'store')) {
    if (asked.parameters && !open.loading) await set({...asked, day: asked.day || open.ownDay});
    return;
  }
  const chart = {id, loading: true, resources: []};
  // what is still asked is about another chart
  abandon();
  change(s => Object.assign(s, {chart, ...NO_ANSWERS}));
  try {
    const resources = await search(`fhir/Patient/${encodeURIComponent(id)}/$everything?_count=200`);
    const patient = resources.find(r => r.resourceType === 'Patient');
    // another patient may have been opened since
    if (state.chart !== chart) return;
    const ownDay = sampleTag(patient)?.code ?? '';
    await take({id, source: 'store', label: 'stored', resources, others: 0, ownDay},
      {...asked, day: asked.day || ownDay});
  } catch (e) {
    if (state.chart !== chart) return;
    change(s => (s.chart = null));
    if (e instanceof ApiError && [404, 410].includes(e.status)) e.message += ' Choose one under Patients, or drop a Bundle there.';
    failed(e, `opening patient ${id}`);
  }
}

/** What a page without answers knows of them. */
const NO_ANSWERS = {results: null, asked: null, baseline: null, explained: {}, compare: null, evaluating: false};

/** What is still asked concerns nobody any more, whichever way it is answered. */
function abandon() {
  running.abort();
  comparing.abort();
}

/** Puts a chart on the page and asks all services about it. */
function take(chart, setup) {
  change(s => {
    s.chart = {...chart, original: chart.resources, edits: [], edited: false};
    s.setup = {...newSetup(), parameters: s.setup.parameters, ...setup};
    Object.assign(s, NO_ANSWERS);
    s.answered = {};
    s.failure = null;
    s.marked = {title: '', refs: new Set()};
  });
  return evaluate();
}

/** @param unread names of the files that were dropped along with it */
export async function drop(file, unread = []) {
  try {
    const chart = await bundles.readFile(file);
    await takeDropped({...chart, unread});
  } catch (e) {
    failed(e, `reading ${file.name}`);
  }
}

export async function takeDropped(dropped) {
  abandon();
  const opening = {loading: true, source: dropped.source, resources: []};
  change(s => Object.assign(s, {chart: opening, failure: null, storing: s.storing?.running ? s.storing : null, ...NO_ANSWERS}));
  location.hash = '#/patient/dropped';
  const chart = dropped.request ? await completed(dropped, state.discovery ?? []) : dropped;
  // another patient may have been opened since
  if (state.chart !== opening) return;
  const asked = chart.request?.extension ?? {};
  const day = (asked['org.oncohooks.evaluationTime'] ?? '').slice(0, 10);
  const own = chart.request ? '' : sampleTag(chart.resources.find(r => r.resourceType === 'Patient'))?.code;
  await take(chart, {day: day || own || '',
    ...(chart.request && {hook: chart.request.hook, parameters: asked['org.oncohooks.parameters'] ?? {},
      dialect: asked['org.oncohooks.dialect'] ?? ''})});
}

/**
 * Stores a dropped chart part by part, as one that is too large to be sent with each call; it is then asked about as the store has it.
 *
 * @param sure that a Patient of the same id in the store is the same person
 */
export async function storeChart(sure = false) {
  const {chart, setup: {day, parameters, hook}} = state;
  if (state.storing?.running) return;
  // what is the store's already stays as it is
  const own = chart.resources.filter(r => !chart.stand?.refs.has(fhir.ref(r)));
  const tell = told => change(s => (s.storing = {id: chart.id, of: own.length, ...told}));
  tell({running: true, done: 0});
  let found;
  try {
    found = await inTheWay(own, chart.id);
  } catch (e) {
    tell({running: false, stored: 0, refused: [], broken: `What the store has could not be read. ${e.message}`});
    say('Nothing is stored.');
    return;
  }
  if (found.patient && !sure) {
    tell({running: false, asks: {chart, patient: found.patient, replaced: found.replaced}});
    setTimeout(() => document.getElementById('store-asks')?.focus());
    return;
  }
  const done = found.refused.length;
  tell({running: true, done});
  const result = await store(found.free, more => tell({running: true, done: done + more}));
  result.refused.unshift(...found.refused);
  tell({running: false, ...result});
  const words = `${result.stored} of ${own.length} resources are stored.`;
  say(result.broken ? `${words} ${result.broken}` : words);
  change(s => (s.patients.list = null));
  // another patient may have been opened since
  if (state.chart !== chart || result.broken || result.refused.some(r => r.ref === `Patient/${chart.id}`)) return;
  change(s => (s.chart = null));
  openPatient(chart.id, {day, parameters, hook});
  location.hash = `#/patient/${encodeURIComponent(chart.id)}`;
}

export function set(changes) {
  change(s => (s.setup = {...s.setup, ...changes}));
  return evaluate();
}

export function setParameter(name, value) {
  const parameters = {...state.setup.parameters};
  if (value === undefined) delete parameters[name];
  else parameters[name] = value;
  return set({parameters});
}

let running = new AbortController();
let comparing = new AbortController();

/** Asks all services of the chosen hook; a newer question makes an older answer void. */
export async function evaluate() {
  const {chart, setup, discovery} = state;
  if (!chart || chart.loading || !discovery) return;
  abandon();
  running = new AbortController();
  const {signal} = running;
  // marks belong to a card that was answered before, as does what the other setup came to on the chart before
  change(s => Object.assign(s, {evaluating: true, marked: {title: '', refs: new Set()},
    compare: s.compare && {setup: s.compare.setup, results: null}}));
  try {
    const results = await callAll(discovery, chart, setup, signal);
    const before = chart.edited
      ? await callAll(discovery, {...chart, resources: chart.original, edited: false}, setup, signal)
      : null;
    if (signal.aborted) return;
    change(s => {
      s.results = results;
      s.asked = {chart, setup};
      s.baseline = before;
      s.explained = {};
      s.exchanges = [...results.map(r => ({...r.exchange, title: r.entry.title, hook: r.entry.hook, when: new Date()})),
        ...s.exchanges].slice(0, KEPT_EXCHANGES);
    });
    const cards = results.reduce((n, r) => n + r.cards.length, 0);
    say(`${results.length} services answered with ${cards} ${cards === 1 ? 'card' : 'cards'}.`);
    explainAll(results, signal);
    if (state.compare) compare(state.compare.setup);
  } catch (e) {
    failed(e, 'calling the services');
  } finally {
    if (!signal.aborted) change(s => (s.evaluating = false));
  }
}

/** Beyond these a chart is not evaluated twice only to have its answers explained; the Why view asks then. */
const LARGE = 1024 * 1024;
const MANY = 1000;

/** Has each answer explained, one service after the other, after the cards are there. */
async function explainAll(results, signal) {
  const isLarge = done => done.bytesOut >= LARGE || state.chart.resources.length >= MANY;
  await explainEach(results.filter(r => !isLarge(r.exchange) || state.route.part === 'why').map(r => r.entry), signal);
}

async function explainEach(entries, signal) {
  change(s => (s.explained = {...s.explained, ...Object.fromEntries(entries.map(entry => [entry.id, {asking: true}]))}));
  for (const entry of entries) {
    if (signal.aborted) return;
    await explain(entry, signal);
  }
}

/** Whether it is known what is due by an answer; `told` is undefined where that was not asked for. */
export const knowsDues = told => Boolean(told?.dues && !told.unknown);

/** Asks for what is due where that was not asked for, or was refused. */
export async function askForDues() {
  const {signal} = running;
  change(s => (s.duesAsked = s.results));
  await explainEach(state.results.map(r => r.entry).filter(entry => !knowsDues(state.explained[entry.id])), signal);
  if (!signal.aborted) say('Due dates were asked for.');
}

/** Asks for the reasons of the answers that are on the page, and for what is due; void as soon as they are. */
export async function explain(entry, signal = running.signal) {
  const {chart, setup} = state;
  const tell = told => signal.aborted || change(s => (s.explained = {...s.explained, [entry.id]: told}));
  const on = day => call(entry, chart, {...setup, day, explain: true}, signal);
  tell({asking: true});
  try {
    const {exchange: done, failed: text} = await on(setup.day);
    const explanation = done.json?.extension?.['org.oncohooks.explain'];
    tell(explanation ? {explanation}
      : {failed: text || 'The service gave no explanation. It does so in development mode only.'});
    if (!explanation) return;
    let unknown = false;
    const dues = await duesOf(explanation, async day => {
      const then = (await on(day)).exchange.json?.extension?.['org.oncohooks.explain'];
      unknown ||= !then;
      return then;
    });
    tell({explanation, dues, unknown});
  } catch (e) {
    failed(e, 'asking for the reasons');
  }
}

/** Points out in chart, timeline and pedigree what a card rests on. */
export function mark(title, refs) {
  change(s => (s.marked = {title, refs: new Set(refs)}));
}

// --- What a clinician does with a card -----------------------------------------------------------

const now = () => {
  const {day} = state.setup;
  // an answer to a card of another day belongs to that day
  return day && day !== today() ? new Date(instant(day)).toISOString() : new Date().toISOString();
};

/** Sends feedback once, however often the button is pressed before the answer is there. */
async function send(service, card, entry, words) {
  if (isEarlier() || state.answered[card.uuid]?.sending) return false;
  change(s => (s.answered = {...s.answered, [card.uuid]: {...s.answered[card.uuid], sending: true}}));
  const done = await feedback(service, {card: card.uuid, outcomeTimestamp: now(), ...entry});
  change(s => {
    s.exchanges = [{...done.exchange, title: 'Feedback', hook: 'feedback', when: new Date()}, ...s.exchanges];
    s.answered = {...s.answered, [card.uuid]: {...s.answered[card.uuid], sending: false, words: done.ok ? words : '', failed: done.text}};
  });
  say(done.ok ? `Feedback stored: ${words}` : `Feedback was not stored: ${done.text}`);
  return done.ok;
}

export async function accept(service, card, suggestion) {
  const ids = [...(state.answered[card.uuid]?.accepted ?? []), suggestion.uuid];
  const ok = await send(service, card,
    {outcome: 'accepted', acceptedSuggestions: ids.map(id => ({id}))}, `accepted “${suggestion.label}”`);
  if (!ok) return;
  change(s => (s.answered[card.uuid] = {...s.answered[card.uuid], accepted: ids,
    orders: [...(s.answered[card.uuid].orders ?? []),
      ...(suggestion.actions ?? []).filter(a => a.type === 'create').map(a => a.resource)]}));
}

export function override(service, card, reason, comment) {
  const overrideReason = {};
  if (reason) overrideReason.reason = {code: reason.code, system: reason.system, display: reason.display};
  if (comment) overrideReason.userComment = comment;
  return send(service, card, {outcome: 'overridden', ...(reason || comment ? {overrideReason} : {})},
    `overridden${reason ? `, ${reason.display}` : ''}`);
}

/** As an EHR does when the clinician signs: the proposed order becomes an active one of the chart. */
export function sign(card) {
  const orders = state.answered[card.uuid]?.orders ?? [];
  if (isEarlier() || !orders.length) return null;
  change(s => (s.answered[card.uuid] = {...s.answered[card.uuid], orders: []}));
  return edit(orders.map((order, i) => ({
    words: `Signed: ${fhir.words(order.code)}`,
    resource: {...order, id: `signed-${Date.now()}-${i}`, status: 'active', intent: 'order'},
  })));
}

// --- Editing the chart on this page --------------------------------------------------------------

/** Changes, adds ({resource}) or removes ({remove: ref}) facts of the working copy; nothing is stored. */
export function edit(edits) {
  const hidden = edits.filter(e => e.resource && !state.chart.resources.some(r => fhir.ref(r) === fhir.ref(e.resource)))
    .flatMap(e => hides(state.chart, state.discovery, state.setup.hook, e.resource));
  if (hidden.length) return refuse([...new Set(hidden)]);
  change(s => {
    let resources = s.chart.resources;
    for (const {resource, remove} of edits) {
      const key = remove ?? fhir.ref(resource);
      const known = resources.some(r => fhir.ref(r) === key);
      resources = remove
        ? resources.filter(r => fhir.ref(r) !== key)
        : known ? resources.map(r => (fhir.ref(r) === key ? resource : r)) : [...resources, resource];
    }
    s.chart = {...s.chart, resources, edited: true, edits: [...s.chart.edits, ...edits.map(e => e.words)]};
  });
  return evaluate();
}

/** Sent alone, a new fact would say that nothing else is recorded. */
function refuse(keys) {
  const all = keys.map(key => `“${key}”`).join(', ');
  const text = `The request leaves ${all} to the service, and what the service takes for that is not known here: the new fact would stand `
    + `in its place. Put ${all} into the request${state.chart.request.fhirServer ? ', or take its fhirServer out,' : ''} and drop it again.`;
  change(s => (s.failure = {doing: 'adding to the chart', text}));
  return null;
}

export function undoEdits() {
  change(s => (s.chart = {...s.chart, resources: s.chart.original, edits: [], edited: false}));
  document.getElementById('main').focus({preventScroll: true});
  say('The chart is as it was.');
  return evaluate();
}

// --- Two settings side by side ------------------------------------------------------------------

export async function compare(other) {
  comparing.abort();
  comparing = new AbortController();
  const {signal} = comparing;
  change(s => (s.compare = {setup: other, results: null}));
  try {
    const results = await callAll(state.discovery, state.chart, other, signal);
    if (!signal.aborted) change(s => (s.compare = {setup: other, results}));
  } catch (e) {
    failed(e, 'comparing');
  }
}
