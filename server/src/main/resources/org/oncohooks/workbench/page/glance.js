// Asks all services about all stored patients, a few at a time, and sorts the answers.

import {instant, uuid} from './hooks.js';
import {exchange} from './api.js';
import {change, say, state} from './store.js';
import {sampleTag} from './actions.js';

const AT_ONCE = 3;
const TRIES = 4;

/** In this order; the first that fits tells the worklist's order. Words and shape, never colour alone. */
export const KINDS = [
  ['critical', 'Critical alert', 'a card that can’t wait'],
  ['failed', 'Not evaluated', 'the service could not tell; not an all-clear'],
  ['alert', 'Alert', 'a warning that is neither screening nor a referral'],
  ['overdue', 'Overdue', 'screening is overdue'],
  ['due', 'Due', 'screening is due'],
  ['referral', 'Referral', 'genetic counselling is called for'],
  ['decision', 'Information', 'a decision to share, or something to know'],
  ['incomplete', 'Data incomplete', 'a value could not be used'],
  ['answered', 'Answered', 'a clinician has answered; not repeated'],
  ['none', 'No card', 'nothing to say'],
];

let stop = new AbortController();

const TOPICS = {genetics: 'referral', 'data-incomplete': 'incomplete', 'not-evaluated': 'failed'};

export function kindOf(card) {
  const topic = card.source?.topic?.code ?? '';
  if (TOPICS[topic]) return TOPICS[topic];
  if (card.indicator === 'critical') return 'critical';
  if (topic === 'scr-due') return card.indicator === 'warning' ? 'overdue' : 'due';
  return card.indicator === 'warning' ? 'alert' : 'decision';
}

export const rank = kind => KINDS.findIndex(k => k[0] === kind);

export function cancelGlance() {
  stop.abort();
}

export async function runGlance(patients) {
  stop = new AbortController();
  const {signal} = stop;
  const services = state.discovery.filter(e => e.hook === 'patient-view');
  const rows = [];
  const began = performance.now();
  const setup = state.population;
  const {day} = setup;
  change(s => (s.glance = {running: true, done: 0, of: patients.length, rows, day, setup, filter: '', cancelled: false, shown: 50}));
  const queue = [...patients];
  const work = async () => {
    for (let patient = queue.shift(); patient && !signal.aborted; patient = queue.shift()) {
      rows.push(await one(patient, services, setup, signal));
      if (rows.length % 5 === 0 || !queue.length) change(s => (s.glance = {...s.glance, done: rows.length}));
    }
  };
  try {
    await Promise.all(Array.from({length: AT_ONCE}, work));
  } catch (e) {
    if (e.name !== 'AbortError') throw e;
  }
  rows.sort((a, b) => rank(a.kind) - rank(b.kind) || a.name.localeCompare(b.name));
  change(s => (s.glance = {...s.glance, running: false, done: rows.length, cancelled: signal.aborted,
    seconds: (performance.now() - began) / 1000}));
  say(signal.aborted ? `Stopped after ${rows.length} patients.` : `${rows.length} patients evaluated.`);
}

async function one(patient, services, setup, signal) {
  const found = [];
  for (const entry of services) found.push(...await ask(patient, entry, setup, signal));
  found.sort((a, b) => rank(a.kind) - rank(b.kind));
  return {id: patient.id, patient, name: patient.sortName, findings: found, kind: found[0]?.kind ?? 'none'};
}

async function ask(patient, entry, {day, parameters}, signal) {
  const when = day || sampleTag(patient)?.code || '';
  const body = {hook: 'patient-view', hookInstance: uuid(),
    context: {userId: 'Practitioner/workbench', patientId: patient.id},
    extension: {...(when && {'org.oncohooks.evaluationTime': instant(when)}),
      ...(Object.keys(parameters).length && {'org.oncohooks.parameters': parameters})}};
  let done;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    done = await exchange('POST', `cds-services/${entry.id}`, body, signal);
    if (done.status !== 503) break;
    await new Promise(resolve => setTimeout(resolve, 1000 * (attempt + 1)));
  }
  if (done.status !== 200) {
    return [{kind: 'failed', service: entry.id, summary: done.json?.issue?.[0]?.diagnostics ?? `The service answered ${done.status}.`}];
  }
  const silent = (done.json.extension?.['org.oncohooks']?.suppressed ?? []).map(s =>
    ({kind: 'answered', service: entry.id, summary: `${s.title}: ${s.outcome}`}));
  return [...done.json.cards.map(card => ({kind: kindOf(card), service: entry.id, summary: card.summary})), ...silent];
}

/** The worklist as RFC 4180 CSV; a cell that a spreadsheet would read as a formula is told to be text. */
export function csv(rows) {
  const cell = text => {
    const plain = String(text ?? '');
    const safe = /^[=+\-@\t\r]/.test(plain) ? `'${plain}` : plain;
    return `"${safe.replaceAll('"', '""')}"`;
  };
  const lines = [['patient', 'name', 'birthDate', 'kind', 'service', 'summary']];
  for (const row of rows) {
    const findings = row.findings.length ? row.findings : [{kind: 'none', service: '', summary: ''}];
    for (const f of findings) lines.push([row.id, row.name, row.patient.birthDate, f.kind, f.service, f.summary]);
  }
  return lines.map(l => l.map(cell).join(',')).join('\r\n') + '\r\n';
}
