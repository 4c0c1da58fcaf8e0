// A family drawn in standard notation: squares, circles, diamonds; filled where affected; an arrow at the patient.

import {html, svg, nothing} from './lib/lit-html/lit-html.js';
import {ref as holds} from './lib/lit-html/directives/ref.js';
import {focused, pressed, tabindex} from './stops.js';

const SLOT = 118;
/** Of a family with many in a row. */
const NARROW = 104;
const MANY = 6;
/** Of one who is drawn apart. */
const ALONE = 156;
const SIZE = 30;
const LEVEL = 128;
const MOST_LINES = 4;

const unknownParent = (place, sex) => ({ref: '', relation: place, sex, conditions: [], missing: true, place});

/** @return {people: [{...person, x, y}], lines: [[x1, y1, x2, y2, dashed]], width, height} */
export function layout(self, family) {
  const blood = family.filter(p => !p.void);
  const of = (place, side) => blood.filter(p => p.place === place && (side === undefined || p.side === side));
  const father = of('father')[0] ?? unknownParent('father', 'm');
  const mother = of('mother')[0] ?? unknownParent('mother', 'f');
  const parents = {p: [...of('parentSibling', 'p'), father], m: [mother, ...of('parentSibling', 'm')]};
  const adoptive = of('adoptive');
  const isTwin = p => Number(p.relation.startsWith('twin'));
  const siblings = [...of('sibling').sort((a, b) => isTwin(a) - isTwin(b)), {...self, adopted: adoptive.length > 0}];
  const children = of('child');
  const cousins = {p: of('cousin', 'p'), m: of('cousin', 'm')};
  const grand = {p: of('grandparent', 'p'), m: of('grandparent', 'm')};
  const isOld = grand.p.length || grand.m.length;
  const old = side => ['m', 'f'].map(sex => grand[side].find(p => p.sex === sex));
  const another = blood.filter(p => p.place === 'grandparent' && !old(p.side).includes(p))
    .map(p => ({...p, why: 'the place in the drawing is taken by another entry, which the rules count as another person'}));
  const extra = [...another, ...of('apart'), ...adoptive];
  const inRow = Math.max(parents.p.length + parents.m.length, siblings.length + cousins.p.length + cousins.m.length, children.length);
  const slot = inRow > MANY ? NARROW : SLOT;
  const people = [];
  const lines = [];
  const top = 30;
  const yGrand = top;
  const yParents = isOld ? top + LEVEL : parents.p.length + parents.m.length > 2 ? top + 40 : top;
  const ySelf = yParents + LEVEL;
  const put = (person, x, y) => people[people.push({...person, x, y}) - 1];
  const row = (list, from, y) => list.map((p, i) => put(p, from + i * slot, y));

  const middle = Math.max(siblings.length, children.length, 1);
  const left = Math.max(cousins.p.length, 0);
  const pCount = parents.p.length;
  // the slot where the father stands; the mother is the next one
  const fatherSlot = Math.max(pCount - 1, left + Math.ceil(middle / 2) - 1);
  const x0 = slot / 2 + 10;
  const fatherX = x0 + fatherSlot * slot;
  const pRow = row(parents.p, fatherX - (pCount - 1) * slot, yParents);
  const mRow = row(parents.m, fatherX + slot, yParents);
  const centre = fatherX + slot / 2;

  lines.push([fatherX + SIZE / 2, yParents, fatherX + slot - SIZE / 2, yParents]);
  const sRow = row(siblings, centre - ((siblings.length - 1) * slot) / 2, ySelf);
  descend(lines, centre, yParents, sRow, ySelf);
  for (const side of ['p', 'm']) {
    const line = side === 'p' ? pRow : mRow;
    if (grand[side].length || line.length > 1) grandparents(side, line, grand[side], isOld);
  }
  if (cousins.p.length) row(cousins.p, x0, ySelf);
  if (cousins.m.length) row(cousins.m, Math.max(...sRow.map(p => p.x)) + slot * (children.length ? 1.6 : 1), ySelf);

  let bottom = ySelf;
  if (children.length) {
    bottom = ySelf + LEVEL;
    const selfX = sRow.at(-1).x;
    const from = Math.max(x0, selfX - ((children.length - 1) * slot) / 2);
    descend(lines, selfX, ySelf + SIZE / 2, row(children, from, bottom), bottom);
    // her own words stand beside the line to the children
    sRow.at(-1).beside = true;
  }

  function grandparents(side, line, known, drawn) {
    const from = (line[0].x + line.at(-1).x) / 2;
    const bar = yParents - 48;
    if (line.length > 1) lines.push([line[0].x, bar, line.at(-1).x, bar]);
    line.forEach(p => lines.push([p.x, bar, p.x, yParents - SIZE / 2]));
    if (!drawn || !known.length) return;
    const [grandfather, grandmother] = old(side);
    const father = grandfather ?? unknownParent('grandfather', 'm');
    const mother = grandmother ?? unknownParent('grandmother', 'f');
    put(father, from - slot / 2, yGrand);
    put(mother, from + slot / 2, yGrand);
    lines.push([from - slot / 2 + SIZE / 2, yGrand, from + slot / 2 - SIZE / 2, yGrand], [from, yGrand, from, bar]);
  }

  const low = Math.min(...people.map(p => p.x)) - slot / 2;
  people.forEach(p => (p.x -= low));
  lines.forEach(l => ((l[0] -= low), (l[2] -= low)));
  const width = Math.max(...people.map(p => p.x)) + slot / 2;
  return {people, lines, width, height: bottom + 96, extra};
}

/** A line down from a couple, across, and down to each child; to an adopted child it is dashed. */
function descend(lines, x, y, children, yChildren) {
  const bar = yChildren - 48;
  lines.push([x, y, x, bar]);
  const xs = children.map(c => c.x);
  lines.push([Math.min(x, ...xs), bar, Math.max(x, ...xs), bar]);
  // who is adopted descends from these parents by birth, an adopted child does not
  children.forEach(c => lines.push([c.x, bar, c.x, yChildren - SIZE / 2, c.adopted && c.place !== 'proband']));
}

/** A family wider than its place is first seen around the patient. */
const centre = element => element && queueMicrotask(() => {
  const self = element.querySelector('.arrow')?.getBoundingClientRect();
  if (self) element.scrollLeft += self.x - element.getBoundingClientRect().x - element.clientWidth / 2;
});

export function pedigree(self, family, marked, edit) {
  const tree = layout(self, family);
  const known = family.filter(p => !p.void).length;
  const unplaced = family.filter(p => p.place === 'unplaced' && !p.void);
  return html`<div class="scroll" ${holds(centre)}>
      <svg class="pedigree" role="group" @keydown=${pressed} @focusin=${focused('pedigree')} viewBox="0 0 ${tree.width} ${tree.height}" width=${tree.width} height=${tree.height}
        aria-label=${`Pedigree with ${known} recorded relatives. The arrow keys go from one to the next; the list below says the same in words.`}>
        ${tree.lines.map(([x1, y1, x2, y2, dashed]) =>
          svg`<line class=${dashed ? 'kin dashed' : 'kin'} x1=${x1} y1=${y1} x2=${x2} y2=${y2}></line>`)}
        ${tree.people.map((p, i) => person(p, marked, edit, tabindex('pedigree', i, tree.people.length)))}
      </svg>
    </div>
    ${tree.extra.length ? html`<h3>Drawn apart</h3>
      <p class="hint">Who is not related by blood, or has no certain place among the others.</p>
      <div class="apart">${tree.extra.map(p => html`<figure><svg class="pedigree" width=${ALONE} height="116" viewBox="0 0 ${ALONE} 116"
        role="img" aria-label=${inWords(p)}>${person({...p, x: ALONE / 2, y: 24}, marked)}</svg>
        <figcaption class="hint">${p.why}</figcaption></figure>`)}</div>` : nothing}
    ${unplaced.length ? html`<h3>Not placed</h3>
      <ul class="plain unplaced">${unplaced.map(p => html`<li class=${isUsed(p, marked) ? 'used' : ''}><bdi>${inWords(p)}</bdi>.
        <span class="missing">Not placed: ${p.why}.</span></li>`)}</ul>` : nothing}
    ${legend()}
    ${family.length ? html`<details><summary>The family in words (${family.length})</summary>
      <ul class="plain">${family.map(p => html`<li class=${isUsed(p, marked) ? 'used' : ''}>
        <span class=${p.void ? 'void' : ''}>${inWords(p)}</span>${p.entries.length > 1 ? html` <span class="hint">(${p.entries.length} entries for one person)</span>` : nothing}
        ${edit ? p.entries.map((e, i) => html`<button class="quiet" @click=${() => edit(e.ref)}>Edit${
          p.entries.length > 1 ? ` entry ${i + 1}` : ''}<span class="unseen"> ${p.relation}</span></button>`) : nothing}
      </li>`)}</ul></details>` : html`<p class="missing">No relative is recorded. That is not the same as a family without cancer.</p>`}`;
}

/** One person in a sentence, what is not recorded included. */
export function inWords(p) {
  const conditions = p.conditions.map(c =>
    `${c.words}${c.onset ? ` ${c.onset.words}` : c.kind ? ', age not recorded' : ''}${c.carrier ? ' (carrier)' : ''}`);
  return [
    `${cap(p.relation)}${p.name && p.place !== 'proband' ? ` (${p.name})` : ''}`,
    p.void ? 'entered in error' : '',
    p.unknown ? 'health not known' : '',
    conditions.join('; ') || (p.unknown ? '' : 'no condition recorded'),
    p.deceased ? `died${p.died ? ` ${p.died.words}` : ', age not recorded'}` : '',
    p.notBlood ? 'not a blood relation' : '',
    p.partial ? 'record is partial' : '',
  ].filter(Boolean).join(': ').replace(/: (?=died|not a|record)/g, ', ');
}

/** Whether the chosen card rests on one of the person's entries. */
const isUsed = (p, marked) => marked.has(p.ref) || Boolean(p.entries?.some(e => marked.has(e.ref)));

const cap = text => text.charAt(0).toUpperCase() + text.slice(1);

/** @param tab tabindex of one that the keyboard comes to */
function person(p, marked, edit, tab) {
  const h = SIZE / 2;
  const words = p.missing ? `${cap(p.relation)}: not recorded` : inWords(p);
  const used = isUsed(p, marked);
  const kinds = [...new Set(p.conditions.map(c => c.kind).filter(Boolean))];
  return svg`<g class=${used ? 'person used' : 'person'} ?data-stop=${tab !== undefined} tabindex=${tab ?? nothing}
    role=${tab === undefined ? nothing : p.missing ? 'img' : 'button'}
    aria-label=${tab === undefined ? nothing : `${words}${used ? ' (used by the chosen card)' : ''}`} @click=${() => tab === undefined || p.missing || edit(p.ref)}>
    <title>${words}</title>
    <rect class="hit" x=${p.x - h - 7} y=${p.y - h - 7} width=${SIZE + 14} height=${SIZE + 14} rx="6"></rect>
    ${used ? svg`<rect class="halo" x=${p.x - h - 7} y=${p.y - h - 7} width=${SIZE + 14} height=${SIZE + 14} rx="6"></rect>` : nothing}
    ${outline(p, kinds)}
    ${kinds.includes('ovarian') ? half(p, 'ovarian', 1) : nothing}
    ${kinds.includes('other') ? quarter(p) : nothing}
    ${p.carrier ? svg`<circle class="carrier" cx=${p.x} cy=${p.y} r="4"></circle>` : nothing}
    ${p.missing || p.unknown ? svg`<text aria-hidden="true" class="mark-text" x=${p.x} y=${p.y + 5} text-anchor="middle">?</text>` : nothing}
    ${p.deceased ? svg`<line class="slash" x1=${p.x - h - 6} y1=${p.y + h + 6} x2=${p.x + h + 6} y2=${p.y - h - 6}></line>` : nothing}
    ${p.adopted ? svg`<path class="kin" fill="none" d="M${p.x - h} ${p.y - h - 5}h-6v${SIZE + 10}h6M${p.x + h} ${p.y - h - 5}h6v${SIZE + 10}h-6"></path>` : nothing}
    ${p.place === 'proband' ? svg`<path class="arrow" d="M${p.x - h - 26} ${p.y + h + 2}L${p.x - h - 5} ${p.y + 5}m-9 0l9 0l-3 8"></path>` : nothing}
    ${caption(p).map((line, i) => svg`<text aria-hidden="true" class=${line.strong ? 'caption strong' : 'caption'} x=${p.beside ? p.x + h + 6 : p.x}
      y=${p.y + (p.beside ? h + 3 : h + 19) + i * 13} text-anchor=${p.beside ? 'start' : 'middle'}>${line.text}</text>`)}
  </g>`;
}

function outline(p, kinds) {
  const h = SIZE / 2;
  const c = `shape${kinds.includes('breast') ? ' breast' : ''}${p.missing ? ' missing' : ''}`;
  if (p.sex === 'm') return svg`<rect class=${c} x=${p.x - h} y=${p.y - h} width=${SIZE} height=${SIZE}></rect>`;
  if (p.sex === 'f') return svg`<circle class=${c} cx=${p.x} cy=${p.y} r=${h}></circle>`;
  return svg`<path class=${c} d="M${p.x} ${p.y - h - 2}l${h + 2} ${h + 2}l${-h - 2} ${h + 2}l${-h - 2} ${-h - 2}z"></path>`;
}

/** Right half of the symbol. */
function half(p, kind) {
  const h = SIZE / 2;
  return p.sex === 'f'
    ? svg`<path class=${kind} d="M${p.x} ${p.y - h}a${h} ${h} 0 0 1 0 ${SIZE}z"></path>`
    : svg`<path class=${kind} d="M${p.x} ${p.y - h}h${h}v${SIZE}h${-h}z"></path>`;
}

/** Lower left quarter. */
function quarter(p) {
  const h = SIZE / 2;
  return p.sex === 'f'
    ? svg`<path class="other" d="M${p.x} ${p.y}v${h}a${h} ${h} 0 0 1 ${-h} ${-h}z"></path>`
    : svg`<rect class="other" x=${p.x - h} y=${p.y} width=${h} height=${h}></rect>`;
}

const cut = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

function caption(p) {
  // grandparents stand close
  const relation = p.place === 'grandparent' ? p.relation.replace(' ', ', ') : p.relation;
  const lines = relation.split(', ').map(text => ({text: cut(text, 20), strong: p.place === 'proband'}));
  if (p.missing) return [...lines, {text: 'not recorded'}];
  for (const c of [...p.conditions].sort((a, b) => Number(Boolean(b.kind)) - Number(Boolean(a.kind)))) {
    const short = cut((c.label ?? (c.kind ? `${c.kind} cancer` : c.words)).replace('cancer', 'ca'), 14);
    if (c.kind || c.label || lines.length < 3 + Number(relation.includes(', '))) lines.push({text: `${short}${c.onset ? ` ${cut(c.onset.brief, 11)}` : c.kind ? ' age ?' : ''}`, strong: Boolean(c.kind)});
  }
  if (p.carrier) lines.push({text: 'carrier', strong: true});
  if (p.deceased) lines.push({text: p.died ? `d. ${cut(p.died.brief, 15)}` : 'd. age ?'});
  else if (p.age) lines.push({text: /\d$/.test(p.age.brief) ? `${p.age.brief} y` : p.age.brief});
  if (!p.conditions.length && !p.unknown && p.place !== 'proband' && !p.deceased && !p.age) lines.push({text: 'no condition'});
  if (p.unknown) lines.push({text: 'health not known'});
  return lines.slice(0, MOST_LINES + 1 + Number(relation.includes(', ')));
}

function legend() {
  const sample = (draw, text) => html`<li><svg width="26" height="26" viewBox="-17 -17 34 34" class="pedigree" aria-hidden="true">${draw}</svg>${text}</li>`;
  return html`<ul class="legend" aria-label="Symbols">
    ${sample(svg`<circle class="shape breast" r="13"></circle>`, 'breast cancer')}
    ${sample(svg`<circle class="shape" r="13"></circle><path class="ovarian" d="M0 -13a13 13 0 0 1 0 26z"></path>`, 'ovarian cancer')}
    ${sample(svg`<circle class="shape" r="13"></circle><path class="other" d="M0 0v13a13 13 0 0 1 -13 -13z"></path>`, 'other cancer')}
    ${sample(svg`<circle class="shape" r="13"></circle><circle class="carrier" r="4"></circle>`, 'carrier of a variant')}
    ${sample(svg`<circle class="shape missing" r="13"></circle><text class="mark-text" y="5" text-anchor="middle">?</text>`, 'not recorded')}
    ${sample(svg`<circle class="shape" r="11"></circle><line class="slash" x1="-16" y1="16" x2="16" y2="-16"></line>`, 'deceased')}
  </ul>`;
}
