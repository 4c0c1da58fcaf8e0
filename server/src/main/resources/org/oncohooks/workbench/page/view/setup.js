// Under which setup the services are asked: hook, day, programme, tool, dialect, every other setting.

import {html, nothing} from '../lib/lit-html/lit-html.js';
import {set, setParameter} from '../actions.js';
import {draftsOf, droppedFor, today} from '../hooks.js';
import {isNarrow, state} from '../store.js';
import {date, words} from '../fhir.js';

export const DIALECTS = [['', 'standard'], ['epic', 'Epic'], ['oracle-health', 'Oracle Health']];

/** The settings that have a control of their own; the others stand in the list. */
const PROMINENT = ['ScreeningProgramme', 'FamilyHistoryTool'];

/** A setup in a line. */
export function inWords(setup) {
  return [setup.hook, setup.day ? date(setup.day) : 'today', ...Object.entries(setup.parameters).map(([k, v]) => `${k} = ${v}`),
    DIALECTS.find(([code]) => code === setup.dialect)?.[1]].filter(Boolean).join(' · ');
}

export function setupView() {
  const whole = controls();
  // else it would stand between the patient and the cards
  return isNarrow() ? html`<details class="setup-box"><summary>Setup: ${inWords(state.setup)}${state.evaluating ? ' · asking…' : ''}</summary>${whole}</details>` : whole;
}

function controls() {
  const {setup, discovery, knowledge} = state;
  const hooks = [...new Set((discovery ?? []).map(e => e.hook))];
  return html`<section class="setup" aria-label="Setup of the calls">
    <label>Hook
      <select @change=${e => set({hook: e.target.value})}>
        ${withUnlisted(hooks.map(h => [h, h]), setup.hook).map(([h, text]) => html`<option value=${h} ?selected=${setup.hook === h}>${text}</option>`)}
      </select>
    </label>
    ${setup.hook.startsWith('order') ? orderField(setup, knowledge) : nothing}
    <label>Evaluated on${setup.day ? '' : ' (empty: today)'}
      <input type="date" .value=${setup.day} max="9000-12-31" min="1900-01-01" @change=${e => set({day: e.target.value})}>
    </label>
    ${setup.day && setup.day !== today() ? html`<button class="quiet" @click=${() => set({day: ''})}>Today</button>` : nothing}
    ${prominent('ScreeningProgramme', 'Programme', knowledge, setup.parameters, setParameter)}
    ${prominent('FamilyHistoryTool', 'Family-history tool', knowledge, setup.parameters, setParameter)}
    <label>EHR dialect
      <select @change=${e => set({dialect: e.target.value})}>
        ${withUnlisted(DIALECTS, setup.dialect).map(([code, text]) => html`<option value=${code} ?selected=${setup.dialect === code}>${text}</option>`)}
      </select>
    </label>
    ${state.chart.source === 'store' && !state.chart.edited ? html`<label class="check">
      <input type="checkbox" .checked=${setup.sendsData} @change=${e => set({sendsData: e.target.checked})}> Send the data as prefetch</label>` : nothing}
    <span class="state" role="status">${state.evaluating ? 'Asking…' : ''}</span>
    ${allSettings(knowledge, setup.parameters, setParameter)}
  </section>`;
}

/** The settings without a control of their own. */
export function allSettings(knowledge, parameters, choose) {
  const changed = Object.keys(parameters).filter(p => !PROMINENT.includes(p)).length;
  return html`<details class="more">
    <summary>All settings${changed ? ` (${changed} changed)` : ''}</summary>
    <div class="settings">${(knowledge?.settings ?? []).filter(s => !PROMINENT.includes(s.name)).map(s => setting(s, parameters, choose))}</div>
  </details>`;
}

function orderField(setup, knowledge) {
  const orders = (knowledge?.activities ?? []).filter(a => a.kind === 'ServiceRequest' && a.code);
  const own = draftsOf(droppedFor(state.chart, setup.hook));
  return html`<label>Draft order
    <select @change=${e => set({order: orders.find(a => a.id === e.target.value) ?? null})}>
      <option value="">${own ? `the request’s own (${own})` : 'none'}</option>
      ${orders.map(a => html`<option value=${a.id} ?selected=${setup.order?.id === a.id}>${a.title ?? words(a.code)}</option>`)}
    </select></label>`;
}

/** What a dropped request asks for is shown also if the page does not know it: it is what is sent. */
const withUnlisted = (options, value) => (options.some(([code]) => code === value) ? options : [...options, [value, String(value)]]);

/** A setting as a choice; the content's default is the first and sends nothing. */
export function prominent(name, label, knowledge, parameters, choose) {
  const known = knowledge?.settings.find(s => s.name === name);
  if (!known) return nothing;
  const options = name === 'ScreeningProgramme'
    ? knowledge.programmes.map(p => [p.name, p.title])
    : known.words.map(w => [w, w]);
  const value = parameters[name] ?? known.value;
  return html`<label>${label}
    <select class=${name in parameters ? 'altered' : ''} @change=${e =>
      choose(name, e.target.value === known.value ? undefined : e.target.value)}>
      ${withUnlisted(options, value).map(([code, text]) => html`<option value=${code} ?selected=${value === code}>${text}${code === known.value ? ' (default)' : ''}</option>`)}
    </select></label>`;
}

function setting(s, parameters, choose) {
  const altered = s.name in parameters;
  const value = altered ? parameters[s.name] : s.value;
  const change = e => {
    const text = e.target.type === 'checkbox' ? e.target.checked : e.target.value;
    const typed = s.type === 'Integer' || s.type === 'Decimal' ? Number(text) : text;
    const isDefault = String(typed) === s.value || text === '' || Number.isNaN(typed);
    choose(s.name, isDefault ? undefined : typed);
  };
  const input = s.type === 'Boolean'
    ? html`<input type="checkbox" .checked=${String(value) === 'true'} @change=${change}>`
    : s.words.length > 1
      ? html`<select @change=${change}>${s.words.map(w => html`<option ?selected=${value === w}>${w}</option>`)}</select>`
      : html`<input type=${s.type === 'String' ? 'text' : 'number'} step=${s.type === 'Decimal' ? '0.01' : '1'} .value=${String(value)} @change=${change}>`;
  return html`<label class=${altered ? 'setting altered' : 'setting'}><span class="setting-name">${s.name}${altered ? html` <em>changed</em>` : nothing}</span>
    ${input}<span class="hint">${s.text}</span></label>`;
}
