// What is served: services, their recommendations with sources, the CQL behind them.

import {html, nothing} from '../lib/lit-html/lit-html.js';
import {repeat} from '../lib/lit-html/directives/repeat.js';
import {guard} from '../lib/lit-html/directives/guard.js';
import {readContentAgain} from '../actions.js';
import {errors, runCases} from '../dev.js';
import {source} from '../knowledge.js';
import {state} from '../store.js';
import {words} from '../fhir.js';

const canonical = text => text?.split('|')[0];

export function contentView() {
  const {knowledge, discovery} = state;
  if (!knowledge || !discovery) {
    return html`<h1>Content</h1><p class="hint" role="status">${state.contentFailed
      ? html`The content of /fhir could not be read. <button class="quiet" @click=${readContentAgain}>Try again</button>` : 'Reading the content…'}</p>`;
  }
  const offered = new Set(discovery.map(e => e.id));
  const services = knowledge.plans.filter(p => p.extension?.some(e => e.url.endsWith('cqf-cdsHooksEndpoint')));
  return html`<h1>Content</h1>
    ${findings()}
    <p class="lead">${services.length} services, ${knowledge.plans.length - services.length} recommendations, ${knowledge.libraries.length} libraries,
      ${knowledge.valueSets.length} value sets. All of it can be read at <a href="fhir/PlanDefinition?_count=200" target="_blank" rel="noopener">/fhir</a>.</p>
    ${cases()}
    ${services.map(s => service(s, knowledge, offered, discovery))}
    ${shared(knowledge)}`;
}

/** What keeps the files as they were saved from being served. */
function findings() {
  const {findings: list, version} = state.dev;
  return list.length ? html`<section class="findings" aria-labelledby="findings-head">
    <h2 id="findings-head">What was saved does not check: ${errors(list)}</h2>
    <p>Content ${version} is still served. Mend the first one first and save: this list follows.</p>
    <ol>${list.map(f => html`<li><code class="place">${f.file}:${f.line}:${f.column}</code> <span>${f.message}</span></li>`)}</ol>
  </section>` : nothing;
}

/** Whether the content's cases hold, of those that this service has run. */
function cases() {
  const {offered, results, version} = state.dev;
  if (!offered) return nothing;
  const {running, problem} = results ?? {};
  const ran = Object.values(results?.libraries ?? {});
  const sum = name => ran.reduce((n, r) => n + r[name], 0);
  return html`<section class="tested" aria-labelledby="cases-head">
    <h2 id="cases-head">Cases</h2>
    <p>${running ? html`<progress max=${running.all} value=${running.done} aria-label="Libraries whose cases have run"></progress>
        ${running.done} of ${running.all} libraries`
      : ran.length ? html`${verdict(sum('cases'), sum('failed'))} in ${ran.length} ${ran.length === 1 ? 'library' : 'libraries'}.`
        : html`Not tested yet. Run the cases here; with <code>./oncohooks dev</code> those of a library also run when it or one of them is saved.`}
      <span class="hint">Content ${version} is served.</span></p>
    ${problem ? html`<p class="missing-case" role="status"><strong>Not run:</strong> ${problem}</p>` : nothing}
    <p><button ?disabled=${Boolean(running)} @click=${() => runCases()}>Run all cases</button></p>
  </section>`;
}

const verdict = (all, failed) => (failed
  ? html`<strong class="bad">${failed} of ${all} cases ${failed === 1 ? 'does' : 'do'} not hold</strong>`
  : html`<span class="good">${all} ${all === 1 ? 'case holds' : 'cases hold'}</span>`);

const share = ({part, whole}) => `${whole ? (Math.floor((1000 * part) / whole) / 10).toFixed(1) : '100'} %`;

/** In a line: what a library's cases gave, and how much of its CQL they evaluate. */
function tested(name) {
  const {offered, results} = state.dev;
  if (!offered) return nothing;
  const ran = results?.libraries[name];
  if (!ran) return html`<span class="result hint">not tested yet</span>`;
  return html`<span class="result">${verdict(ran.cases, ran.failed)}${ran.coverage
    ? html`<span class="hint">, evaluating ${share(ran.coverage.expressions)} of its expressions</span>` : nothing}${
    ran.content === state.dev.version ? nothing : html`<span class="hint">, with content ${ran.content}</span>`}</span>`;
}

function testDetails(name) {
  const {offered, results} = state.dev;
  if (!offered) return nothing;
  const ran = results?.libraries[name];
  return html`<h3>Cases</h3>
    ${ran ? html`<p class="hint">Run ${new Date(ran.at).toLocaleTimeString()} with content ${ran.content}${ran.content === state.dev.version ? ', which is served'
      : `; ${state.dev.version} is served now`}.${ran.coverage ? ` They evaluate ${ran.coverage.expressions.part} of the library’s ${ran.coverage.expressions.whole} expressions,
      ${ran.coverage.branches.part} of ${ran.coverage.branches.whole} branches, ${ran.coverage.defines.part} of ${ran.coverage.defines.whole} defines; other libraries’ cases may evaluate more.` : ''}</p>`
      : html`<p class="missing">Not tested yet.</p>`}
    ${ran?.failures.length ? html`<ol class="failures">${repeat(ran.failures, f => f.case, f => html`<li><strong>${f.case}</strong> <code class="place">${f.file}</code>
      <dl>${f.differences.map(d => html`<dt>${d.what}</dt><dd><span class="word">expected</span> ${d.expected}</dd><dd><span class="word">was</span> ${d.actual}</dd>`)}</dl>
      <p class="hint">Why: <code>./oncohooks explain "${f.case}"</code></p></li>`)}</ol>
      ${ran.failed > ran.failures.length ? html`<p class="hint">The first ${ran.failures.length} of ${ran.failed}; all: <code>./oncohooks test --only ${name}</code></p>` : nothing}` : nothing}
    <p><button ?disabled=${Boolean(results?.running)} @click=${() => runCases(name)}>Run the cases of ${name}</button></p>`;
}

/** The libraries that are no recommendation's and have cases that were run. */
function shared(knowledge) {
  const own = new Set(knowledge.plans.map(p => canonical(p.library?.[0])));
  const names = new Set(knowledge.libraries.filter(l => own.has(l.url)).map(l => l.name));
  const others = Object.keys(state.dev.results?.libraries ?? {}).filter(name => !names.has(name));
  if (!others.length) return nothing;
  return html`<section class="service-block" aria-labelledby="shared-head"><h2 id="shared-head">Shared libraries with cases</h2>
    <ol class="recommendations">${repeat(others, name => name, name => html`<li><details><summary><strong>${name}</strong> ${tested(name)}</summary>${testDetails(name)}</details></li>`)}</ol>
  </section>`;
}

function service(plan, knowledge, offered, discovery) {
  const id = plan.extension.find(e => e.url.endsWith('cqf-cdsHooksEndpoint')).valueUri.split('/').at(-1);
  const hooks = discovery.filter(e => e.id === id).map(e => e.hook);
  const list = (plan.action ?? []).map(a => knowledge.plans.find(p => p.url === canonical(a.definitionCanonical))).filter(Boolean);
  return html`<section class="service-block" aria-labelledby="s-${id}">
    <h2 id="s-${id}">${plan.title} <span class="tag">${offered.has(id) ? hooks.join(', ') : 'switched off'}</span></h2>
    <p>${plan.description}</p>
    <ol class="recommendations">${list.map(r => html`<li>${recommendation(r, knowledge)}</li>`)}</ol>
  </section>`;
}

function recommendation(r, knowledge) {
  const action = r.action?.[0];
  const library = knowledge.libraries.find(l => l.url === canonical(r.library?.[0]));
  const suggestions = (action?.action ?? []).filter(a => a.definitionCanonical);
  const reasons = (action?.action ?? []).filter(a => a.reason);
  return html`<details><summary><strong>${r.title}</strong> <span class="hint">${words(action?.code?.[0])}, version ${r.version}, ${r.status}</span>
    ${library ? tested(library.name) : nothing}</summary>
    <p>${r.description}</p>${r.usage ? html`<p>${r.usage}</p>` : nothing}
    <h3>Sources</h3>
    <ul>${(r.relatedArtifact ?? []).map(a => html`<li>${/^https?:/.test(a.url ?? '') ? html`<a href=${a.url} target="_blank" rel="noopener noreferrer">${a.label ?? a.display}</a>` : a.label}
      ${a.citation ?? a.display ?? ''}</li>`)}</ul>
    ${suggestions.length ? html`<h3>Suggestions</h3><ul>${suggestions.map(s => html`<li>${s.title}</li>`)}</ul>` : nothing}
    ${reasons.length ? html`<p class="hint">${reasons.length} reasons to override it: ${reasons.map(x => words(x.reason[0])).join('; ')}</p>` : nothing}
    ${library ? testDetails(library.name) : nothing}
    ${library ? html`<details><summary>CQL of ${library.name}</summary>${guard([library], () =>
      html`<pre class="cql" tabindex="0" aria-label=${`CQL of ${library.name}`}>${source(library)}</pre>`)}</details>` : nothing}
  </details>`;
}
