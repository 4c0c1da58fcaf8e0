// Why a card came, or did not: in plain words, in the chart, in the CQL, in the resources.

import {html, nothing} from '../lib/lit-html/lit-html.js';
import {guard} from '../lib/lit-html/directives/guard.js';
import {explain} from '../actions.js';
import {colour, kindOf, valueWords} from '../cqlmarks.js';
import {change, isEarlier, isNarrow, state} from '../store.js';
import * as fhir from '../fhir.js';
import {currentFacts, entries, figures} from './chart.js';
import {earlier, earlierTag} from './earlier.js';
import {openEditor} from './edit.js';

const OUTCOMES = {
  applies: ['●', 'Shown', 'is this service’s card'],
  superseded: ['◐', 'Applies', 'another card speaks for it'],
  suppressed: ['◌', 'Not repeated', 'a clinician has answered it'],
  'does-not-apply': ['○', 'Silent', ''],
  'not-evaluated': ['×', 'Not evaluated', 'could not be decided'],
};

const KINDS = {true: ['T', 'true'], false: ['F', 'false'], null: ['∅', 'null'], other: ['v', 'a value'], mixed: ['±', 'different each time'],
  failed: ['!', 'failed']};

export function whyView() {
  const {results, route, explained} = state;
  if (!results) return html`<p class="hint" role="status">Asking the services…</p>`;
  if (!results.length) return html`<p class="missing">No service answers this hook.</p>`;
  const result = results.find(r => r.entry.id === route.service) ?? results[0];
  const told = explained[result.entry.id];
  const unusable = route.recommendation === DATA_INCOMPLETE && told?.explanation?.dataIncomplete;
  const chosen = !unusable && told?.explanation && choose(told.explanation.recommendations);
  return html`<div class="afloat">${earlier()}</div><div class="columns why ${isEarlier() ? 'is-earlier' : ''}" aria-busy=${state.evaluating ? 'true' : 'false'}>
    <nav aria-labelledby="all-head">
      <h2 id="all-head">Recommendations</h2>
      <p class="hint">By service, in order of precedence. <span aria-hidden="true">○</span> stayed silent.</p>
      ${results.map(r => service(r, r === result, chosen))}
    </nav>
    <div>${unusable ? incomplete(unusable) : chosen ? reasons(chosen, told.explanation) : told?.explanation
      ? html`<p class="missing">The service has no recommendation for this hook.</p>` : unexplained(result, told)}</div>
  </div>`;
}

/** By its id: several recommendations of a service may have the same topic. */
const choose = all => all.find(r => fhir.idOf(r.recommendation) === state.route.recommendation)
  ?? all.find(r => r.outcome === 'applies') ?? all[0];

/** Such a card is the service's own, whatever its recommendations came to. */
const incomplete = sentences => html`<section aria-labelledby="words-head">
  <h2 id="words-head">${earlierTag()}Recorded data that could not be used</h2>
  <ul class="words">${sentences.map(w => html`<li>${w}</li>`)}</ul>
  <p class="hint">This card is of the service as a whole. What each recommendation came to without these data stands in the list.</p></section>`;

/** A large chart's reasons are asked for only when somebody wants them. */
const unexplained = (result, told) => html`<p class=${told?.failed ? 'missing' : 'hint'} role="status">${told?.failed
    ?? (told || isEarlier() ? 'Asking for the reasons…' : 'The chart is large, so that its reasons are asked for only on demand.')}</p>
  ${told?.asking || isEarlier() ? nothing : html`<button @click=${() => explain(result.entry)}>Ask for the reasons${told ? ' again' : ''}</button>`}`;

/** Stands in the place of a recommendation's id. */
const DATA_INCOMPLETE = 'data-incomplete';

/** @param recommendation its id, '' for the one that the service's card comes from */
export const whyLink = (service, recommendation = '') =>
  `#/patient/${encodeURIComponent(state.route.id)}/why~${service}${recommendation ? `~${recommendation}` : ''}`;

/** Why a card came: the recommendation that made it. */
export function whyOf(card, {entry, about}) {
  const made = card.extension?.['org.oncohooks.evidence']?.recommendation;
  // in Epic's dialect the code has no hyphen
  const topic = card.source?.topic?.code?.replaceAll('-', '');
  const unmade = topic === 'dataincomplete' ? DATA_INCOMPLETE : topic === 'notevaluated' ? about.notEvaluated?.[0]?.recommendation : '';
  return whyLink(entry.id, fhir.idOf(made ?? unmade));
}

/** What each recommendation of a service came to; on a phone those of the other services are folded away. */
function service(result, isChosen, chosen) {
  const all = state.explained[result.entry.id]?.explanation?.recommendations;
  return html`<details ?open=${isChosen || !isNarrow()}><summary><h3>${result.entry.title}</h3></summary>
    ${all ? html`<ol class="outcomes">${all.map(r => {
      const [sign, word, text] = OUTCOMES[r.outcome] ?? ['·', r.outcome, ''];
      return html`<li class=${r.outcome}><a href=${whyLink(result.entry.id, fhir.idOf(r.recommendation))} aria-current=${r === chosen ? 'true' : nothing}>
        <span class="sign" aria-hidden="true">${sign}</span> ${r.title}${text ? nothing : html`<span class="unseen">, ${word.toLowerCase()}</span>`}</a>
        ${text ? html`<span class="hint">${word}: ${text}</span>` : nothing}</li>`;
    })}</ol>` : html`<p class="hint"><a href=${whyLink(result.entry.id)}>See its reasons</a></p>`}
  </details>`;
}

function reasons(r, explanation) {
  const [sign, word] = OUTCOMES[r.outcome] ?? ['·', r.outcome];
  const refs = [...new Set([...(r.facts ?? []), ...(r.because ?? []).flatMap(b => b.resources ?? [])])];
  const plan = state.knowledge?.plans.find(p => p.url === r.recommendation.split('|')[0]);
  return html`
    <section aria-labelledby="words-head">
      <h2 id="words-head">${earlierTag()}<span class="sign" aria-hidden="true">${sign}</span> ${word}: ${r.title}</h2>
      ${plan?.description ? html`<p class="lead">${plan.description}</p>` : nothing}
      ${(r.words ?? []).length > 3
        ? html`<p>${r.words[0]}</p><ul class="words">${r.words.slice(1).map(w => html`<li>${w}</li>`)}</ul>`
        : (r.words ?? []).map(w => html`<p>${w}</p>`)}
      ${r.problem ? html`<p class="missing">${r.problem.text}</p>` : nothing}
      ${r.notRecorded?.length ? html`<p><strong>Not recorded:</strong> ${r.notRecorded.join('; ')}</p>` : nothing}
      <p class="criteria">${(r.criteria ?? []).map(c => html`<span class="tag ${c.asked ? kindOf({[String(c.value)]: 1}) : 'unasked'}">
        ${c.define}: <strong>${c.asked ? valueWords(c.value) : 'not asked'}</strong></span>`)}</p>
      <p class="hint">${r.recommendation.split('/').at(-1).replace('|', ', version ')}, by ${r.library} “${r.condition}”. Content ${explanation.knowledgeVersion},
        evaluated for ${fhir.date(fhir.day(explanation.evaluatedAt))}.</p>
    </section>
    <section aria-labelledby="rests-head"><div class="row spread"><h2 id="rests-head">Facts it rests on</h2>
        <button @click=${() => openEditor('add')}>Add a fact or relative</button></div>
      ${refs.length ? entries(refs) : html`<p class="missing">None: it was decided by what the record does not hold, or by age and sex.</p>`}
    </section>
    ${steps(r)}
    <details class="figures" open><summary>Chart${refs.length ? ', with its facts marked' : ''}</summary>${figures(new Set(refs))}</details>
    ${cql(r, explanation)}
    ${retrieves(r, explanation)}`;
}

function steps(r) {
  return html`<section aria-labelledby="steps-head"><h2 id="steps-head">What decided</h2>
    <ol class="steps">${(r.because ?? []).map(b => {
      const kind = kindOf({[b.value === true || b.value === false || b.value === null ? String(b.value) : 'other']: 1});
      return html`<li class="depth${Math.min(b.depth, 8)}"><span class="mark-word ${kind}"><span aria-hidden="true">${KINDS[kind][0]}</span>
        <span class="unseen">${KINDS[kind][1]}</span></span>
        <span>${b.define ? html`<strong>${b.define}</strong> ` : nothing}<code>${b.text}</code>
        ${kind === 'other' ? html` = <span class="value">${valueWords(b.value)}</span>` : nothing}
        ${(b.operands ?? []).map(o => html`<span class="operand"><code>${o.text}</code> = ${valueWords(o.value)}</span>`)}
        <span class="place">${b.library} ${b.at.split('-')[0]}</span></span></li>`;
    })}</ol>
    ${r.nulls?.length ? html`<p><strong>Nothing known at:</strong> ${r.nulls.map(n => html`<code>${n.text}</code> <span class="place">${n.library} ${n.at.split('-')[0]}</span> `)}</p>` : nothing}
  </section>`;
}

function cql(r, explanation) {
  const libraries = Object.keys(explanation.libraries);
  const name = libraries.includes(state.library) && state.libraryOf === r.recommendation ? state.library : r.library;
  const library = explanation.libraries[name];
  if (!library) return nothing;
  return html`<section aria-labelledby="cql-head">
    <div class="row spread"><h2 id="cql-head">CQL, with the values of this call</h2>
      <label>Library <select @change=${e => change(s => Object.assign(s, {library: e.target.value, libraryOf: r.recommendation}))}>
        ${libraries.map(l => html`<option ?selected=${l === name}>${l}</option>`)}</select></label></div>
    <ul class="legend">${['true', 'false', 'null', 'other', 'mixed', 'failed'].map(k =>
      html`<li><span class="mark-word ${k}" aria-hidden="true">${KINDS[k][0]}</span> ${KINDS[k][1]}</li>`)}<li>plain: not evaluated</li></ul>
    <p class="hint">${library.file}, version ${library.version}. The letter before a line tells the first value that ends there; the pointer shows each value.</p>
    ${guard([library], () => source(library))}
  </section>`;
}

function source(library) {
  const lines = colour(library.source, library.marks);
  const start = 1 + Math.max(0, lines.findIndex(l => l[0]?.text.startsWith('context ')));
  return html`<details><summary>Lines 1 to ${start}: what it says of itself, and what it includes</summary>
    <pre class="cql" tabindex="0" aria-label="Head of the CQL source">${lines.slice(0, start).map(draw(0))}</pre></details>
    <pre class="cql" tabindex="0" aria-label="CQL source">${lines.slice(start).map(draw(start))}</pre>`;
}

const leftOut = cut => [
  cut.treesCutAt ? `parts of ${cut.treesCutAt} expressions` : '',
  cut.evaluationsNotKept ? `${cut.evaluationsNotKept} evaluations of single expressions` : '',
].filter(Boolean).join(' and ') || 'details';

const draw = offset => (pieces, n) => {
    const i = n + offset;
    const first = pieces.find(p => p.kind);
    return html`<span class="line"><span class="gutter">${String(i + 1).padStart(3)} ${first ? html`<span class="mark-word ${first.kind}">${KINDS[first.kind][0]}</span>` : ' '} </span>${
      pieces.map(p => (p.kind ? html`<span class="m ${p.kind}" title=${p.title}>${p.text}</span>` : p.text))}
</span>`;
};

function retrieves(r, explanation) {
  const own = new Set((explanation.retrieves ?? []).map(x => x.library));
  const list = [...(explanation.retrieves ?? [])].sort((a, b) => (b.library === r.library) - (a.library === r.library) || b.count - a.count);
  const found = list.filter(x => x.count).slice(0, 80);
  const empty = list.filter(x => !x.count);
  const known = new Map(currentFacts().facts.map(f => [f.ref, `${f.title}${f.when ? `, ${fhir.date(fhir.day(f.when))}` : ', no date'}`]));
  const name = reference => known.get(reference) ?? reference;
  const codes = x => {
    const set = explanation.valueSets?.[x.valueSet];
    return set ? `${set.title} (${set.codes} codes, version ${set.version})` : x.codes ? valueWords(x.codes) : 'any code';
  };
  return html`<section aria-labelledby="asked-head"><h2 id="asked-head">What the record was asked for</h2>
    <p class="hint">${list.length} questions by ${own.size} libraries, those of ${r.library} first.</p>
    <div class="scroll" tabindex="0" role="region" aria-label="Questions to the record"><table class="list">
      <thead><tr><th scope="col">Question</th><th scope="col">Found</th></tr></thead>
      <tbody>${found.map(x => html`<tr><th scope="row">${codes(x)} <code>${x.text}</code><span class="place">${x.library}, ${x.define}</span></th>
        <td>${x.count}: ${(x.resources ?? []).map(name).join('; ')}${x.count > (x.resources ?? []).length ? '; …' : ''}</td></tr>`)}</tbody></table></div>
    ${empty.length ? html`<details><summary>${empty.length} questions found nothing</summary>
      <ul class="plain">${empty.map(x => html`<li><code>${x.text}</code> <span class="hint">${codes(x)}</span> <span class="place">${x.library}, ${x.define}</span></li>`)}</ul>
    </details>` : nothing}
    ${explanation.cut ? html`<p class="hint">To bound its size the explanation leaves out ${leftOut(explanation.cut)}; the colours in the CQL are complete.</p>` : nothing}
  </section>`;
}
