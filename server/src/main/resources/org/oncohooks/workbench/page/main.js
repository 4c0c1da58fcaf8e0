// Starts the page: reads the place from the address, draws the view that belongs to it.

import {html, nothing, render} from './lib/lit-html/lit-html.js';
import {errors, follow} from './dev.js';
import {drop, loadPatients, openPatient, start} from './actions.js';
import {change, onChange, say, state} from './store.js';
import {patientsView} from './view/patients.js';
import {patientView} from './view/patient.js';
import {populationView} from './view/population.js';
import {contentView} from './view/content.js';

const PLACES = [['patients', 'Patients'], ['population', 'Population'], ['content', 'Content']];
const TITLES = {patients: 'Patients', patient: 'Patient', population: 'Population', content: 'Content'};

/** A part of an address that was typed may be no proper one. */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function readRoute() {
  const [view, id, rest] = location.hash.replace(/^#\//, '').split('/').map(decoded);
  const [part, service, recommendation] = (rest ?? '').split('~');
  const known = TITLES[view] ? view : 'patients';
  change(s => (s.route = {view: known, id: id ?? '', part, service: service ?? '', recommendation: recommendation ?? ''}));
  if (known === 'patient' && id !== 'dropped') openPatient(id);
  if (known === 'patients' || known === 'population') loadPatients();
  if (known === 'patient' && id === 'dropped' && (!state.chart || state.chart.source === 'store')) {
    change(s => (s.failure = {doing: 'opening what was dropped', text: 'It was kept in the page alone and is gone since the page was loaded again. Drop the file once more.'}));
    location.hash = '#/patients';
  }
}

function view() {
  switch (state.route.view) {
    case 'patient': return patientView();
    case 'population': return populationView();
    case 'content': return contentView();
    default: return patientsView();
  }
}

/** A view that fails is said to have failed; the rest of the page goes on. */
function main() {
  try {
    return view();
  } catch (e) {
    return broken(e);
  }
}

function broken(e) {
  console.error(e);
  state.editing = null;
  return html`<h1>This view can’t be drawn</h1>
    <p class="missing" role="alert">An unexpected error: ${e.message}. What is not shown is not an all-clear.</p>
    <p><a href="#/patients">All patients</a></p>`;
}

/** What no other part of the page took must not look like an answer that is still to come. */
function unexpected(error) {
  // the browser only says that it measures again
  if (error?.message?.startsWith('ResizeObserver')) return;
  change(s => Object.assign(s, {evaluating: false,
    failure: {doing: 'working on this page', text: `An unexpected error: ${error?.message ?? error}. Reload the page.`}}));
}

function page(content = main()) {
  const current = state.route.view === 'patient' ? 'patients' : state.route.view;
  return html`
    <a class="skip" href="#main" @click=${skip}>Skip to the content</a>
    <header class="top">
      <a class="brand" href="#/patients"><span class="brand-mark" aria-hidden="true"></span>OncoHooks <span class="brand-what">workbench</span></a>
      <nav aria-label="Views">${PLACES.map(([id, words]) =>
        html`<a href="#/${id}" aria-current=${current === id ? 'page' : nothing}>${words}</a>`)}</nav>
      <span class="purpose">For development and review. Not for care.</span>
      <label class="theme"><span class="theme-word">Theme</span>
        <select @change=${chooseTheme}>
          ${['auto', 'light', 'dark'].map(t => html`<option value=${t} ?selected=${state.theme === t}>${t}</option>`)}
        </select>
      </label>
    </header>
    ${state.failure ? html`<div class="failure" role="alert">
      <p><strong>Failed while ${state.failure.doing}.</strong> ${state.failure.text}</p>
      <button @click=${() => change(s => (s.failure = null))}>Close</button></div>` : nothing}
    ${notices()}
    <main id="main" tabindex="-1">${content}</main>
    <p class="unseen" role="status" aria-live="polite">${state.said}</p>`;
}

/** What an author has to know in every view. */
function notices() {
  const {lost, findings, version} = state.dev;
  if (lost) return html`<p class="failure"><span><strong>The service does not answer.</strong> Start it again: this page asks every second, and goes on.</span></p>`;
  if (!findings.length || state.route.view === 'content') return nothing;
  return html`<p class="failure"><span><strong>What was saved does not check: ${errors(findings)}.</strong>
    Content ${version} is still served. <a href="#/content">See what to mend</a></span></p>`;
}

function skip(event) {
  event.preventDefault();
  document.getElementById('main').focus();
}

function chooseTheme(event) {
  const theme = event.target.value;
  localStorage.setItem('oncohooks.theme', theme);
  applyTheme(theme);
  change(s => (s.theme = theme));
}

function applyTheme(theme) {
  if (theme === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

let shown = '';

function draw() {
  try {
    render(page(), document.body);
  } catch (e) {
    // what lit-html knows of the half-drawn page does not hold any more
    document.body.replaceChildren();
    delete document.body._$litPart$;
    render(page(broken(e)), document.body);
  }
  const place = `${state.route.view}/${state.route.id}/${state.route.part}`;
  if (shown && shown !== place) {
    window.scrollTo(0, 0);
    document.getElementById('main').focus({preventScroll: true});
  }
  shown = place;
  document.title = `${TITLES[state.route.view]} · OncoHooks workbench`;
}

function takeDrops() {
  const over = on => document.documentElement.classList.toggle('dropping', on);
  addEventListener('dragover', e => {
    e.preventDefault();
    over(true);
  });
  addEventListener('dragleave', e => e.relatedTarget ?? over(false));
  addEventListener('drop', e => {
    e.preventDefault();
    over(false);
    const [file, ...others] = e.dataTransfer.files;
    if (file) drop(file, others.map(other => other.name));
    else say('Drop a file.');
  });
}

addEventListener('error', e => unexpected(e.error ?? e));
addEventListener('unhandledrejection', e => unexpected(e.reason));
applyTheme(state.theme);
onChange(draw);
new ResizeObserver(([e]) => {
  const width = Math.round(e.contentRect.width);
  if (Math.abs(width - state.width) > 4) change(s => (s.width = width));
}).observe(document.documentElement);
takeDrops();
await start();
addEventListener('hashchange', readRoute);
readRoute();
follow();
