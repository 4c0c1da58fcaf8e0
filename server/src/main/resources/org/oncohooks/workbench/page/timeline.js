// The chart's dated facts on one line of time, in lanes.

import {html, svg, nothing} from './lib/lit-html/lit-html.js';
import * as fhir from './fhir.js';
import {focused, pressed, tabindex} from './stops.js';

const LANES = [
  ['Screening, reports', ['reports'], 'square'],
  ['Problems', ['problems'], 'circle'],
  ['Symptoms', ['symptoms'], 'triangle'],
  ['Results', ['results'], 'diamond'],
  ['Treatment', ['procedures', 'medicines'], 'cross'],
  ['Orders', ['orders'], 'ring'],
];
export const SPANS = [['all', 'Whole chart'], ['10', '10 years'], ['2', '2 years'], ['0.5', '6 months']];

const YEAR = 365.25 * 864e5;
const ROW = 24;
const HEAD = 26;
const DUE_ROW = 14;

/**
 * @param marked references of facts to be pointed out
 * @param dues [{label, at}] dates that a rule computed
 * @param span years to show before the evaluation day, or 'all'
 */
export function timeline(facts, {width, on, marked, dues = [], span, choose}) {
  const now = fhir.moment(on);
  const counted = facts.filter(f => !f.void && LANES.some(([, groups]) => groups.includes(f.group)));
  const shown = counted.filter(f => !Number.isNaN(f.at));
  const undated = counted.length - shown.length;
  if (!shown.length && !dues.length) {
    return html`<p class="missing">No dated fact in this chart.${undated ? ` Those without a date stand in the lists below: ${undated}.` : ''}</p>`;
  }
  // what is booked, ordered or dated wrongly lies after the evaluation day; a span shows as much after it as before
  const reach = span === 'all' ? Infinity : Number(span) * YEAR;
  const ahead = shown.map(f => f.at).filter(at => at > now && at <= now + reach);
  const last = latest([now, ...dues.map(d => d.at), ...ahead]);
  const first = span === 'all' ? earliest([...shown.map(f => f.at), now - YEAR]) : now - reach;
  const before = shown.filter(f => f.at < first).length;
  const after = shown.filter(f => f.at > last).length;
  const coming = shown.filter(f => f.at > now && f.at <= last).length;
  const left = width < 560 ? 8 : 142;
  const right = 14;
  const pad = (last - first) * 0.02 + 864e5;
  const x = t => left + ((t - first) / (last + pad - first)) * (width - left - right);
  const top = HEAD + dues.length * DUE_ROW;
  let y = top;
  const lanes = LANES.map(([title, groups, shape]) => {
    const marks = shown.filter(f => groups.includes(f.group) && f.at >= first && f.at <= last)
      .sort((a, b) => a.at - b.at);
    const rows = place(marks, x, width, marked);
    const head = width < 560 ? 16 : 0;
    const lane = {title, shape, y: y + head, top: y, rows, height: Math.max(1, rows.count) * ROW + head};
    y += lane.height + 6;
    return lane;
  });
  const height = y + 22;
  const count = lanes.reduce((n, lane) => n + lane.rows.marks.length, 0);
  let next = 0;
  const label = `Timeline of ${shown.length - before - after} dated facts from ${fhir.date(iso(first))} to ${fhir.date(iso(last))}, evaluated ${fhir.date(on)}${
    dues.map(d => `, ${d.label}`).join('')}. The arrow keys go from mark to mark.`;
  const notes = [
    shown.some(f => f.negative) && 'A hollow mark says no: absent, negative, or an answer that the rules do not read as yes.',
    coming && `${coming} ${coming === 1 ? 'fact lies' : 'facts lie'} after the day evaluated.`,
    (before || after) > 0 && `Outside this span: ${[before && `${before} before`, after && `${after} after`].filter(Boolean).join(', ')}.`,
    undated && `${undated} ${undated === 1 ? 'fact has no date and stands' : 'facts have no date and stand'} in the lists only.`,
  ].filter(Boolean);
  return html`${notes.length ? html`<p class="hint">${notes.join(' ')}</p>` : nothing}
    <svg class="timeline" role="group" aria-label=${label} @keydown=${pressed} @focusin=${focused('timeline')} viewBox="0 0 ${width} ${height}" width=${width}
      height=${height}>
    ${ticks(first, last, x, width).map(t => svg`
      <line class="tick" x1=${x(t.at)} x2=${x(t.at)} y1=${top - 6} y2=${height - 18}></line>
      <text class="tick-text" x=${x(t.at)} y=${height - 5} text-anchor="middle">${t.text}</text>`)}
    ${lanes.map(lane => svg`
      <line class="lane" x1="0" x2=${width} y1=${lane.top - 4} y2=${lane.top - 4}></line>
      <text class="lane-text" x=${width < 560 ? left : 0} y=${lane.top + 12}>${lane.title}</text>
      ${lane.rows.marks.length ? nothing : svg`<text class="none" x=${left} y=${lane.y + 12}>none dated in this span</text>`}
      ${lane.rows.marks.map(m => mark(m, lane, marked, choose, tabindex('timeline', next++, count)))}`)}
    <line class="now" x1=${x(now)} x2=${x(now)} y1="17" y2=${height - 18}></line>
    ${dues.map((d, i) => svg`<line class="due" x1=${x(d.at)} x2=${x(d.at)} y1=${HEAD + 4 + i * DUE_ROW} y2=${height - 18}></line>`)}
    <text class="now-text" x=${Math.min(Math.max(x(now), 150), width - 4)} y="13" text-anchor="end">evaluated ${fhir.date(on)}</text>
    ${dues.map((d, i) => svg`<text class="due-text" x=${Math.min(x(d.at), width - 4)} y=${HEAD + i * DUE_ROW} text-anchor="end">${d.label}</text>`)}
  </svg>`;
}

/** Gives each mark a row where its words have room; marks without room keep only their shape. */
function place(facts, x, width, marked) {
  const ends = [];
  const marks = [];
  const spots = new Set();
  const most = 3;
  for (const f of facts) {
    const at = x(f.at);
    const text = words(f);
    const need = 14 + text.length * 6.8;
    const fits = at + need < width;
    let row = ends.findIndex(e => e <= at - 2);
    if (row < 0 && ends.length < most) row = ends.length;
    if (row < 0) {
      // thousands of marks on one spot look like one
      const spot = Math.round(at / 3);
      if (!spots.has(spot) || marked.has(f.ref)) marks.push({f, at, row: most, text: ''});
      spots.add(spot);
      continue;
    }
    const start = fits ? at - 8 : at - need;
    const free = fits || (start > 0 && !(ends[row] > start));
    ends[row] = fits ? at + need : at + 10;
    marks.push({f, at, row, text: free ? text : '', before: !fits});
  }
  return {marks, count: Math.max(1, ...marks.map(m => m.row + 1))};
}

const cut = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

const words = f => (f.short ? `${cut(f.title, 20)}: ${cut(f.short, 14)}` : cut(f.title, 26));

function mark({f, at, row, text, before}, lane, marked, choose, tab) {
  const y = lane.y + row * ROW + 8;
  const used = marked.has(f.ref);
  const full = `${f.title}${f.detail ? `, ${f.detail}` : f.short ? `, ${f.short}` : ''}, ${f.about ? 'about ' : ''}${fhir.date(f.when)}`;
  const told = `${full}${used ? ' (used by the chosen card)' : ''}`;
  // the words stand beside what is pressed and not in it: shortened as they are, they would not be part of its name
  return svg`<g class=${`mark${used ? ' used' : ''}${f.negative ? ' negative' : ''}`} @click=${() => choose(f.ref)}>
    <g data-stop role="button" tabindex=${tab} aria-label=${`${lane.title}: ${told}${f.negative ? ', says no' : ''}`}>
      <title>${told}</title>
      <rect class="hit" x=${at - 12} y=${y - 12} width="24" height="24"></rect>
      ${used ? svg`<circle class="halo" cx=${at} cy=${y} r="10"></circle>` : nothing}
      ${glyph(lane.shape, at, y)}
    </g>
    ${text ? svg`<text aria-hidden="true" x=${before ? at - 9 : at + 9} y=${y + 4} text-anchor=${before ? 'end' : 'start'}>${text}</text>` : nothing}
  </g>`;
}

function glyph(shape, x, y) {
  switch (shape) {
    case 'square': return svg`<rect class="glyph" x=${x - 5} y=${y - 5} width="10" height="10"></rect>`;
    case 'triangle': return svg`<path class="glyph" d="M${x} ${y - 6}l6 11h-12z"></path>`;
    case 'diamond': return svg`<path class="glyph" d="M${x} ${y - 6}l6 6l-6 6l-6 -6z"></path>`;
    case 'cross': return svg`<path class="glyph line" d="M${x - 5} ${y}h10M${x} ${y - 5}v10"></path>`;
    case 'ring': return svg`<circle class="glyph line" cx=${x} cy=${y} r="4.5"></circle>`;
    default: return svg`<circle class="glyph" cx=${x} cy=${y} r="5"></circle>`;
  }
}

const latest = all => all.reduce((a, b) => Math.max(a, b));
const earliest = all => all.reduce((a, b) => Math.min(a, b));

const iso = t => new Date(t).toISOString().slice(0, 10);

function ticks(first, last, x, width) {
  const years = (last - first) / YEAR;
  const most = width < 560 ? 4 : 9;
  const found = [];
  if (years > 3) {
    const step = [1, 2, 5, 10, 20].find(s => years / s <= most) ?? 20;
    for (let year = Math.ceil(new Date(first).getUTCFullYear() / step) * step; ; year += step) {
      const at = Date.UTC(year, 0, 1);
      if (at > last) break;
      if (at >= first) found.push({at, text: String(year)});
    }
  } else {
    const step = [1, 2, 3, 6].find(s => (years * 12) / s <= most) ?? 12;
    const start = new Date(first);
    for (let month = start.getUTCMonth() + 1; ; month++) {
      const at = Date.UTC(start.getUTCFullYear(), month, 1);
      if (at > last) break;
      if (new Date(at).getUTCMonth() % step === 0) found.push({at, text: fhir.date(iso(at).slice(0, 7))});
    }
  }
  return found.filter(t => x(t.at) > 20 && x(t.at) < width - 20);
}
