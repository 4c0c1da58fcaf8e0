// What is served: services, their recommendations with sources, the CQL behind them.

import {html, nothing} from '../lib/lit-html/lit-html.js';
import {guard} from '../lib/lit-html/directives/guard.js';
import {source} from '../knowledge.js';
import {state} from '../store.js';
import {words} from '../fhir.js';

const canonical = text => text?.split('|')[0];

export function contentView() {
  const {knowledge, discovery} = state;
  if (!knowledge || !discovery) return html`<h1>Content</h1><p class="hint" role="status">Reading the content…</p>`;
  const offered = new Set(discovery.map(e => e.id));
  const services = knowledge.plans.filter(p => p.extension?.some(e => e.url.endsWith('cqf-cdsHooksEndpoint')));
  return html`<h1>Content</h1>
    <p class="lead">${services.length} services, ${knowledge.plans.length - services.length} recommendations, ${knowledge.libraries.length} libraries,
      ${knowledge.valueSets.length} value sets. All of it can be read at <a href="fhir/PlanDefinition?_count=200" target="_blank" rel="noopener">/fhir</a>.</p>
    ${services.map(s => service(s, knowledge, offered, discovery))}`;
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
  return html`<details><summary><strong>${r.title}</strong> <span class="hint">${words(action?.code?.[0])}, version ${r.version}, ${r.status}</span></summary>
    <p>${r.description}</p>${r.usage ? html`<p>${r.usage}</p>` : nothing}
    <h3>Sources</h3>
    <ul>${(r.relatedArtifact ?? []).map(a => html`<li>${/^https?:/.test(a.url ?? '') ? html`<a href=${a.url} target="_blank" rel="noopener noreferrer">${a.label ?? a.display}</a>` : a.label}
      ${a.citation ?? a.display ?? ''}</li>`)}</ul>
    ${suggestions.length ? html`<h3>Suggestions</h3><ul>${suggestions.map(s => html`<li>${s.title}</li>`)}</ul>` : nothing}
    ${reasons.length ? html`<p class="hint">${reasons.length} reasons to override it: ${reasons.map(x => words(x.reason[0])).join('; ')}</p>` : nothing}
    ${library ? html`<details><summary>CQL of ${library.name}</summary>${guard([library], () =>
      html`<pre class="cql" tabindex="0" aria-label=${`CQL of ${library.name}`}>${source(library)}</pre>`)}</details>` : nothing}
  </details>`;
}
