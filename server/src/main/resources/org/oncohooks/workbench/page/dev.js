// Development mode: notices what is saved and which cases were run, and has the page follow.

import {exchange} from './api.js';
import {evaluate, loadPatients, openPatient, start} from './actions.js';
import {load} from './knowledge.js';
import {change, say, state} from './store.js';

const PAUSE = 1000;

/** Asks for as long as the page is looked at. Where there is no such place, it asks no more. */
export async function follow() {
  if (document.visibilityState === 'visible') {
    const {status, json} = await exchange('GET', 'dev/content');
    if (status === 404) return;
    await taken(status === 200 ? json : null);
  }
  setTimeout(follow, PAUSE);
}

async function taken(now) {
  const before = state.dev;
  if (!now) {
    if (!before.lost) {
      change(s => (s.dev = {...s.dev, lost: true}));
      say('The service does not answer.');
    }
    return;
  }
  const told = JSON.stringify(now);
  if (told !== before.told) change(s => (s.dev = {...s.dev, ...now, told, offered: true, lost: false}));
  else if (before.lost) change(s => (s.dev = {...s.dev, lost: false}));
  if (before.lost) await goOn();
  if (now.findings.length !== before.findings.length) {
    say(now.findings.length ? `What was saved does not check: ${errors(now.findings)}.` : 'What was saved checks again.');
  }
  if (before.version && now.version !== before.version) await renew(now.version);
  if (now.cases.running || before.cases?.running || now.cases.runs !== (before.cases?.runs ?? 0)) await readCases();
}

/** The service is there again: what could not be had without it is asked for now. */
async function goOn() {
  const {view, id} = state.route;
  if (!state.discovery || !state.knowledge) await start();
  if (view === 'patient' && id !== 'dropped' && !state.chart) {
    change(s => (s.failure = null));
    await openPatient(id);
  } else if (view === 'patients' || view === 'population') await loadPatients();
  else if (state.results?.some(r => r.failed)) await evaluate();
}

export const errors = list => `${list.length} ${list.length === 1 ? 'error' : 'errors'}`;

/** Other content is served: what the page knows of it is read again, and the services are asked again. */
async function renew(version) {
  const {status, json} = await exchange('GET', 'cds-services');
  if (status !== 200) return;
  const knowledge = await load();
  change(s => Object.assign(s, {discovery: json.services, knowledge}));
  say(`Content ${version} is served now.`);
  await evaluate();
}

async function readCases() {
  const {status, json} = await exchange('GET', 'dev/cases');
  if (status === 200) change(s => (s.dev = {...s.dev, results: json}));
}

/** Has the cases of one library run, or of all. */
export async function runCases(only) {
  const {status, json} = await exchange('POST', 'dev/cases', only ? {only} : {});
  if (status === 200) {
    change(s => (s.dev = {...s.dev, results: json, cases: {...s.dev.cases, running: true}}));
    say('Running the cases.');
  } else {
    const text = json?.issue?.[0]?.diagnostics ?? 'The service does not answer; is it still running?';
    change(s => (s.failure = {doing: 'running the cases', text}));
  }
}
