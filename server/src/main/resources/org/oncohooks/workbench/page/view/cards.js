// Cards as an EHR shows them, and what a clinician does with one.

import {html, nothing} from '../lib/lit-html/lit-html.js';
import {guard} from '../lib/lit-html/directives/guard.js';
import {accept, evaluate, mark, override, sign} from '../actions.js';
import * as fhir from '../fhir.js';
import {render} from '../markdown.js';
import {change, isEarlier, state} from '../store.js';
import {earlierTag} from './earlier.js';
import {whyLink, whyOf} from './why.js';

export const INDICATORS = {
  critical: ['Critical', '‼'], warning: ['Warning', '!'], info: ['Information', 'i'],
};

/** The answers of all services, the most urgent card first, then those that stayed silent. */
export function answersView(results, {acts = true} = {}) {
  if (!results) return html`<p class="hint">Asking the services…</p>`;
  const order = ['critical', 'warning', 'info'];
  const cards = results.flatMap(r => r.cards.map(card => ({card, result: r})))
    .sort((a, b) => order.indexOf(a.card.indicator) - order.indexOf(b.card.indicator));
  const failed = results.filter(r => r.failed);
  const silent = results.filter(r => !r.failed && !r.cards.length);
  return html`
    ${failed.length && acts && !isEarlier() ? html`<p><button @click=${() => onward(evaluate)}>Ask again</button></p>` : nothing}
    ${failed.map(r => html`<article class="card failed"><h3>${earlierTag()}<span class="sign" aria-hidden="true">×</span> Not answered: ${r.entry.title}</h3>
      <p>${r.failed}</p><p class="hint">This is not an all-clear.</p></article>`)}
    ${cards.map(({card, result}) => cardView(card, result, acts))}
    ${silent.length ? html`<section class="silent"><h3>${earlierTag()}No card</h3><ul class="plain">${silent.map(r => html`<li>
      <span>${r.entry.title}</span> ${acts ? html`<a href=${whyLink(r.entry.id)}>Why not?<span class="unseen"> ${r.entry.title}</span></a>` : nothing}
      ${suppressed(r)}</li>`)}</ul></section>` : nothing}
    ${results.filter(r => r.cards.length).map(suppressed)}
    ${unread(results)}
    ${results.length ? nothing : html`<p class="missing">No service answers the hook ${state.setup.hook}. There are services for ${
      [...new Set((state.discovery ?? []).map(e => e.hook))].join(', ')}.</p>`}`;
}

/** Codes that no rule can see: a chart in local codes must not pass for an empty one. */
function unread(results) {
  const codes = results.map(r => r.about.codes).filter(Boolean).sort((a, b) => b.concepts - a.concepts)[0];
  const systems = Object.entries(codes?.ofUnknownSystems ?? {});
  const unknown = (codes?.withoutSystem ?? 0) + systems.reduce((n, [, count]) => n + count, 0);
  if (!codes || !unknown) return nothing;
  return html`<p class="unread"><strong>${unknown} of ${codes.concepts} coded entries can’t be read by any rule:</strong>
    ${[codes.withoutSystem && `${codes.withoutSystem} without a code system`, ...systems.map(([s, n]) => `${n} of ${s}`)].filter(Boolean).join('; ')}</p>`;
}

/** What is not repeated since a clinician has answered it. */
function suppressed(result) {
  const list = result.about.suppressed ?? [];
  return list.map(s => html`<p class="suppressed"><span class="tag">Not repeated</span> ${s.title}: ${s.outcome}
    ${fhir.date(fhir.day(s.since))}, shown again from ${fhir.date(fhir.day(s.until))} or on new evidence.</p>`);
}

function cardView(card, result, acts) {
  const [word, sign_] = INDICATORS[card.indicator] ?? ['Card', '·'];
  const service = result.entry.id;
  const evidence = card.extension?.['org.oncohooks.evidence'];
  const refs = (evidence?.facts ?? []).map(f => f.resource).filter(Boolean);
  const isMarked = state.marked.title === card.uuid;
  return html`<article class="card ${card.indicator}" aria-labelledby="c${card.uuid}">
    <p class="card-top"><span class="sign" aria-hidden="true">${sign_}</span><span class="word">${word}</span> ${earlierTag()}
      <span class="service">${result.entry.title}</span></p>
    <h3 id="c${card.uuid}">${card.summary}</h3>
    ${card.detail ? html`<details class="detail"><summary>Details</summary>
      <div class="markdown">${guard([card.detail], () => render(card.detail))}</div></details>` : nothing}
    ${acts ? actions(card, service) : nothing}
    <p class="source">Source: ${card.source?.url
      ? html`<a href=${safe(card.source.url)} target="_blank" rel="noopener noreferrer">${card.source.label}</a>`
      : card.source?.label}
      ${(card.links ?? []).map(l => html` · ${l.type === 'smart' ? html`${l.label} (SMART app)`
        : html`<a href=${safe(l.url)} target="_blank" rel="noopener noreferrer">${l.label}</a>`}`)}</p>
    ${acts ? html`<p class="card-foot">
      ${refs.length ? html`<button class="quiet" aria-pressed=${isMarked ? 'true' : 'false'} aria-disabled=${isEarlier() ? 'true' : nothing} @click=${() => isEarlier() ||
        (isMarked ? mark('', []) : mark(card.uuid, refs))}>${isMarked ? 'Unmark its facts' : `Mark its ${refs.length} ${refs.length === 1 ? 'fact' : 'facts'} in the chart`}</button>` : nothing}
      <a href=${whyOf(card, result)}>Why this card?</a></p>` : nothing}
  </article>`;
}

const safe = url => (/^https?:\/\//i.test(url ?? '') ? url : '#');

function actions(card, service) {
  const answered = state.answered[card.uuid] ?? {};
  const suggestions = card.suggestions ?? [];
  const reasons = card.overrideReasons ?? [];
  return html`
    ${suggestions.length ? html`<ul class="suggestions" aria-label="Suggestions">${suggestions.map(s => {
      const done = answered.accepted?.includes(s.uuid);
      // not disabled: that would take the focus from who has just pressed it
      const off = done || answered.sending || isEarlier() || Boolean(answered.accepted?.length && card.selectionBehavior === 'at-most-one');
      return html`<li><button class=${s.isRecommended ? 'primary' : ''} aria-disabled=${off ? 'true' : nothing} @click=${() => off || accept(service, card, s)}>
        ${done ? '✓ Accepted: ' : ''}${s.label}</button>${s.isRecommended ? html` <span class="hint">recommended</span>` : nothing}
        ${(s.actions ?? []).map(a => (a.description && a.description !== s.label ? html`<span class="hint block">${a.description}</span>` : nothing))}</li>`;
    })}</ul>` : nothing}
    <details class="override-box"><summary>Override</summary>
    <form class="override" @submit=${e => submitOverride(e, card, service)}>
      ${reasons.length ? html`<label>Override because
        <select name="reason" ?disabled=${Boolean(answered.words)} aria-invalid=${answered.lacksReason ? 'true' : nothing}
          aria-describedby=${answered.lacksReason ? `r${card.uuid}` : nothing} @change=${() => answered.lacksReason && lackReason(card, false)}>
          <option value="">choose a reason</option>
          ${reasons.map(r => html`<option value=${r.code}>${r.display}</option>`)}
        </select></label>` : nothing}
      <label>Comment <input name="comment" maxlength="4000" autocomplete="off" ?readonly=${Boolean(answered.words)}></label>
      <button aria-disabled=${answered.words || isEarlier() ? 'true' : nothing}>Override this card</button>
      ${answered.lacksReason ? html`<p class="refusal" id="r${card.uuid}" role="alert">Not overridden: choose a reason first.</p>` : nothing}
    </form></details>
    ${answered.failed ? html`<p class="missing">Feedback was not stored: ${answered.failed}</p>` : nothing}
    ${answered.words ? html`<p class="stored"><span aria-hidden="true">✓</span> Feedback stored: ${answered.words}.
      ${answered.orders?.length ? html`<button aria-disabled=${isEarlier() ? 'true' : nothing} @click=${() => isEarlier() || onward(() => sign(card))}>Sign ${answered.orders.length === 1 ? 'the order' : `${answered.orders.length} orders`}
        into the chart</button>` : nothing}
      ${isEarlier() ? nothing : html`<button @click=${() => onward(evaluate)}>Ask again</button>`}</p>` : nothing}`;
}

/** Does what makes the pressed button go, with the focus at the head of what comes. */
function onward(act) {
  document.getElementById('cards-head')?.focus();
  act();
}

const lackReason = (card, lacksReason) =>
  change(s => (s.answered = {...s.answered, [card.uuid]: {...s.answered[card.uuid], lacksReason}}));

async function submitOverride(event, card, service) {
  event.preventDefault();
  if (isEarlier() || state.answered[card.uuid]?.words || state.answered[card.uuid]?.sending) return;
  const form = new FormData(event.target);
  const reason = (card.overrideReasons ?? []).find(r => r.code === form.get('reason'));
  if (card.overrideReasons?.length && !reason) {
    lackReason(card, true);
    event.target.elements.reason.focus();
    return;
  }
  await override(service, card, reason, form.get('comment').trim());
}
