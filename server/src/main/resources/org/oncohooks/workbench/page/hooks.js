// Calls the services as an EHR would, for one chart under one setup.

import {exchange} from './api.js';
import * as fhir from './fhir.js';
import {amend, fill} from './prefetch.js';
import {answered} from './stand.js';

/** Size beyond which the service refuses a hook call. */
const MOST_BYTES = 4 * 1024 * 1024;

/** A chart of so many resources is asked about by one service after the other: all at once they take each other's time. */
const MANY = 1000;
const TRIES = 3;
const PAUSE = 1000;

export const uuid = () => crypto.randomUUID?.() ??
  '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, c =>
    (+c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (+c / 4)))).toString(16));

/** Noon of a day on this machine's clock, with its offset; '' stays ''. */
export function instant(day) {
  if (!day) return '';
  const offset = -new Date(`${day}T12:00:00`).getTimezoneOffset();
  const two = n => String(Math.trunc(Math.abs(n))).padStart(2, '0');
  return `${day}T12:00:00${offset < 0 ? '-' : '+'}${two(offset / 60)}:${two(offset % 60)}`;
}

export const today = () => {
  const now = new Date();
  return new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
};

const bundle = resources => ({resourceType: 'Bundle', type: 'collection', entry: resources.map(resource => ({resource}))});

function context(chart, setup) {
  const base = {userId: 'Practitioner/workbench', patientId: chart.id};
  if (setup.hook === 'order-select' || setup.hook === 'order-sign') {
    const order = draftOrder(chart, setup);
    base.draftOrders = bundle(order ? [order] : []);
    if (setup.hook === 'order-select') base.selections = order ? [`ServiceRequest/${order.id}`] : [];
  }
  if (setup.hook === 'appointment-book') {
    base.appointments = bundle([{
      resourceType: 'Appointment', id: 'draft-appointment', status: 'proposed',
      start: instant(setup.day || today()), participant: [
        {actor: {reference: `Patient/${chart.id}`}, status: 'tentative'}],
    }]);
  }
  return base;
}

function draftOrder(chart, setup) {
  if (!setup.order) return null;
  return {
    resourceType: 'ServiceRequest', id: 'draft-order', status: 'draft', intent: 'order',
    code: setup.order.code, subject: {reference: `Patient/${chart.id}`}, authoredOn: instant(setup.day || today()),
  };
}

/** A dropped request's own moment for as long as its day is chosen. */
function moment(day, dropped) {
  const own = dropped?.extension?.['org.oncohooks.evaluationTime'] ?? '';
  return own.slice(0, 10) === day ? own : instant(day);
}

function extension(setup, dropped) {
  const wanted = {};
  if (setup.day) wanted['org.oncohooks.evaluationTime'] = moment(setup.day, dropped);
  if (Object.keys(setup.parameters).length) wanted['org.oncohooks.parameters'] = setup.parameters;
  if (setup.dialect) wanted['org.oncohooks.dialect'] = setup.dialect;
  if (setup.explain) wanted['org.oncohooks.explain'] = true;
  return wanted;
}

/** The dropped request that is open, if it is one of this hook. */
export const droppedFor = (chart, hook) =>
  (chart?.source === 'request' && chart.request.hook === hook ? chart.request : null);

/** What the request itself brings to sign or to select. */
export const draftsOf = request => (request?.context.draftOrders?.entry ?? []).length;

/** Members that the page has controls for: what these say is sent, and nothing else. */
const CONTROLLED = ['evaluationTime', 'parameters', 'dialect', 'explain'].map(name => `org.oncohooks.${name}`);

/** The request for one entry of discovery. */
export function request(entry, chart, setup) {
  const dropped = droppedFor(chart, entry.hook);
  const asked = dropped ? ofDropped(dropped, entry, chart, setup) : ofChart(entry, chart, setup);
  const own = Object.fromEntries(Object.entries(dropped?.extension ?? {}).filter(([name]) => !CONTROLLED.includes(name)));
  const wanted = {...own, ...extension(setup, dropped)};
  if (Object.keys(wanted).length) asked.extension = wanted;
  return asked;
}

/** The chart's own resources, and by reference those that are the store's. */
function parts({source, original, resources, stand}) {
  const stored = source === 'store' ? new Set(original.map(fhir.ref)) : stand?.refs ?? new Set();
  return {stored, own: resources.filter(r => !stored.has(fhir.ref(r)))};
}

function ofChart(entry, chart, setup) {
  const asked = {hook: entry.hook, hookInstance: uuid(), context: context(chart, setup)};
  const {stored, own} = parts(chart);
  if (chart.source === 'bundle' || setup.sendsData) asked.prefetch = fill(entry.prefetch, chart.resources, chart.id);
  else if (chart.source === 'request') asked.prefetch = amend(fill(answered(chart, entry.prefetch), own, chart.id), entry.prefetch, chart, stored);
  else if (chart.edited) asked.prefetch = amend({}, entry.prefetch, chart, stored);
  return asked;
}

/** As it was dropped, but for what was edited: its context, its token and what it leaves out stay. */
function ofDropped(dropped, entry, chart, setup) {
  const asked = structuredClone(dropped);
  delete asked.extension;
  if (chart.edited) asked.prefetch = unnamed(amend(chart.prefetch, entry.prefetch, chart, parts(chart).stored), chart.made);
  if (setup.order) {
    const {draftOrders, selections} = context(chart, setup);
    asked.context.draftOrders = draftOrders;
    if (selections) asked.context.selections = selections;
  }
  return asked;
}

/** Without the ids that the page made for resources that came without one. */
function unnamed(prefetch, made) {
  const strip = resource => {
    if (!made.has(fhir.ref(resource))) return resource;
    const {id, ...rest} = resource;
    return rest;
  };
  return Object.fromEntries(Object.entries(prefetch).map(([key, value]) => [key, value?.resourceType === 'Bundle'
    ? {...value, entry: (value.entry ?? []).map(e => (e?.resource ? {...e, resource: strip(e.resource)} : e))}
    : value?.resourceType ? strip(value) : value]));
}

/** All services of the setup's hook: [{entry, request, exchange, cards, about, failed}]. */
export async function callAll(discovery, chart, setup, signal) {
  const entries = discovery.filter(e => e.hook === setup.hook);
  if (chart.resources.length < MANY) return Promise.all(entries.map(entry => call(entry, chart, setup, signal)));
  const results = [];
  for (const entry of entries) results.push(await call(entry, chart, setup, signal));
  return results;
}

export async function call(entry, chart, setup, signal) {
  const began = performance.now();
  const asked = request(entry, chart, setup);
  const built = performance.now() - began;
  const size = asked.prefetch ? JSON.stringify(asked).length : 0;
  if (size > MOST_BYTES) return tooLarge(entry, asked, size, instead(chart, asked, setup));
  let done;
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    done = await exchange('POST', `cds-services/${entry.id}`, asked, signal);
    // says itself whether that can help
    if (done.status !== 503 || !done.retryAfter || attempt === TRIES) break;
    await new Promise(resolve => setTimeout(resolve, PAUSE * attempt));
  }
  done.steps = {built, ...done.steps};
  return outcome(entry, asked, done, instead(chart, asked, setup));
}

/** What to do where a call is too large. */
function instead(chart, asked, setup) {
  const keep = 'keep this patient in the service’s store (“Store in the service”).';
  if (chart.source !== 'store') return chart.edited ? `Undo the edits, then ${keep}` : `Instead, ${keep}`;
  if (setup.sendsData) return 'The service has this patient: do not send the data as prefetch.';
  const keys = Object.keys(asked.prefetch ?? {}).map(key => `“${key}”`).join(', ');
  return `An edit sends all that the store has under the same key (${keys}). Undo the edits and try one under another key, or change the `
    + 'patient in the store (PUT at /fhir).';
}

function tooLarge(entry, asked, size, advice) {
  return {entry, request: asked, cards: [], about: {},
    exchange: {method: 'POST', path: `cds-services/${entry.id}`, sent: asked, status: 0, text: 'not sent', json: null,
      bytesOut: size, bytesIn: 0, steps: {whole: 0}},
    failed: `The data to be sent are ${(size / 1048576).toFixed(1)} MB, and a hook call takes 4 MB. ${advice}`};
}

function outcome(entry, asked, done, advice) {
  const failed = done.status === 200 ? '' : failure(done, advice);
  return {entry, request: asked, exchange: done, failed,
    cards: done.json?.cards ?? [], about: done.json?.extension?.['org.oncohooks'] ?? {}};
}

function failure(done, advice = '') {
  if (done.status === 0) return 'The service can’t be reached. Is it still running?';
  const text = done.json?.issue?.[0]?.diagnostics ?? `The service answered ${done.status}.`;
  return done.status === 413 ? `${text} ${advice}` : text;
}

/** Sends one entry of feedback; {ok, text}. */
export async function feedback(service, entry) {
  const done = await exchange('POST', `cds-services/${service}/feedback`, {feedback: [entry]});
  return {ok: done.status === 200, text: done.status === 200 ? '' : failure(done), exchange: done};
}
