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
/** From the middle of a symbol to its first line of words, and between lines. */
const FIRST_LINE = SIZE / 2 + 19;
const LINE = 13;
/** From the line that joins brothers and sisters down to the middle of their symbols. */
const BAR = 48;
const MOST_LINES = 4;

const unknownParent = (place, sex) => ({ref: '', relation: place, sex, conditions: [], missing: true, place});

/** Cousins descend from a brother or sister of a parent, and no code says from which one. */
const parentOf = (cousins, side) => (cousins.length
  ? [unknownParent(`parent of ${cousins.length === 1 ? 'cousin' : 'cousins'}, ${side}`, '')] : []);

/** How far below a row the next one has to be for the words between them. */
const level = people => Math.max(LEVEL, FIRST_LINE + LINE * Math.max(0, ...people.map(p => caption(p).length - 1)) + 8 + BAR);

/** @return {people: [{...person, x, y}], lines: [[x1, y1, x2, y2, dashed]], width, height} */
export function layout(self, family) {
  const blood = family.filter(p => !p.void);
  const of = (place, side) => blood.filter(p => p.place === place && (side === undefined || p.side === side));
  const father = of('father')[0] ?? unknownParent('father', 'm');
  const mother = of('mother')[0] ?? unknownParent('mother', 'f');
  const cousins = {p: of('cousin', 'p'), m: of('cousin', 'm')};
  const cousinsParent = {p: parentOf(cousins.p, 'father’s side'), m: parentOf(cousins.m, 'mother’s side')};
  const parents = {p: [...of('parentSibling', 'p'), father], m: [mother, ...of('parentSibling', 'm')]};
  const adoptive = of('adoptive');
  const isTwin = p => Number(p.relation.startsWith('twin'));
  const siblings = [...of('sibling').sort((a, b) => isTwin(a) - isTwin(b)), {...self, adopted: adoptive.length > 0}];
  const children = of('child');
  const grand = {p: of('grandparent', 'p'), m: of('grandparent', 'm')};
  const isOld = grand.p.length || grand.m.length;
  const old = side => ['m', 'f'].map(sex => grand[side].find(p => p.sex === sex));
  const another = blood.filter(p => p.place === 'grandparent' && !old(p.side).includes(p))
    .map(p => ({...p, why: 'the place in the drawing is taken by another entry, which the rules count as another person'}));
  const extra = [...another, ...of('apart'), ...adoptive];
  const inParents = [...parents.p, ...parents.m, ...cousinsParent.p, ...cousinsParent.m];
  const inRow = Math.max(inParents.length, siblings.length + cousins.p.length + cousins.m.length, children.length);
  const slot = inRow > MANY ? NARROW : SLOT;
  const people = [];
  const lines = [];
  const top = 30;
  const yGrand = top;
  const yParents = isOld ? top + level([...grand.p, ...grand.m]) : inParents.length > 2 ? top + 40 : top;
  const ySelf = yParents + level(inParents);
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
  const pCousins = row(cousins.p, x0, ySelf);
  const mCousins = row(cousins.m, Math.max(...sRow.map(p => p.x)) + slot * (children.length ? 1.6 : 1), ySelf);
  const middleOf = people => people.reduce((sum, p) => sum + p.x, 0) / people.length;
  for (const person of cousinsParent.p) pRow.unshift(put(person, Math.min(pRow[0].x - slot, middleOf(pCousins)), yParents));
  for (const person of cousinsParent.m) mRow.push(put(person, Math.max(mRow.at(-1).x + slot, middleOf(mCousins)), yParents));
  // from below the words of the parent
  const yWords = yParents + FIRST_LINE + 2 * LINE + 5;
  if (pCousins.length) descend(lines, pRow[0].x, yWords, pCousins, ySelf);
  if (mCousins.length) descend(lines, mRow.at(-1).x, yWords, mCousins, ySelf);
  for (const side of ['p', 'm']) {
    const line = side === 'p' ? pRow : mRow;
    if (grand[side].length || line.length > 1) grandparents(side, line, grand[side], isOld);
  }

  let bottom = ySelf;
  let last = [...siblings, ...cousins.p, ...cousins.m];
  if (children.length) {
    // her own words stand beside the line to the children
    bottom = ySelf + level(last.filter(p => p.place !== 'proband'));
    last = children;
    const selfX = sRow.at(-1).x;
    const from = Math.max(x0, selfX - ((children.length - 1) * slot) / 2);
    descend(lines, selfX, ySelf + SIZE / 2, row(children, from, bottom), bottom);
    sRow.at(-1).beside = true;
  }

  function grandparents(side, line, known, drawn) {
    const from = (line[0].x + line.at(-1).x) / 2;
    const bar = yParents - BAR;
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
  return {people, lines, width, height: bottom + Math.max(96, level(last) - BAR), extra, slot};
}

/** A line down from a couple, across, and down to each child; to an adopted child it is dashed. */
function descend(lines, x, y, children, yChildren) {
  const bar = yChildren - BAR;
  lines.push([x, y, x, bar]);
  const xs = children.map(c => c.x);
  lines.push([Math.min(x, ...xs), bar, Math.max(x, ...xs), bar]);
  // who is adopted descends from these parents by birth, an adopted child does not
  children.forEach(c => lines.push([c.x, bar, c.x, yChildren - SIZE / 2, c.adopted && c.place !== 'proband']));
}

/** Where the reader's own colours leave one for all fills; see the style sheet. */
const PATTERNS = html`<svg class="patterns" width="0" height="0" aria-hidden="true"><defs>
  <pattern id="hatched" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
    <rect class="ground" width="5" height="5"></rect><rect class="figure" width="2" height="5"></rect></pattern>
  <pattern id="dotted" width="4" height="4" patternUnits="userSpaceOnUse">
    <rect class="ground" width="4" height="4"></rect><circle class="figure" cx="2" cy="2" r="1.1"></circle></pattern></defs></svg>`;

/** A family wider than its place is first seen around the patient. */
const centre = element => element && queueMicrotask(() => {
  const self = element.querySelector('.arrow')?.getBoundingClientRect();
  if (self) element.scrollLeft += self.x - element.getBoundingClientRect().x - element.clientWidth / 2;
});

export function pedigree(self, family, marked, edit) {
  const tree = layout(self, family);
  const known = family.filter(p => !p.void).length;
  const unplaced = family.filter(p => p.place === 'unplaced' && !p.void);
  return html`${PATTERNS}<div class="scroll" ${holds(centre)}>
      <svg class="pedigree" role="group" @keydown=${pressed} @focusin=${focused('pedigree')} viewBox="0 0 ${tree.width} ${tree.height}" width=${tree.width} height=${tree.height}
        aria-label=${`Pedigree with ${known} recorded relatives. The arrow keys go from one to the next; the list below says the same in words.`}>
        ${tree.lines.map(([x1, y1, x2, y2, dashed]) =>
          svg`<line class=${dashed ? 'kin dashed' : 'kin'} x1=${x1} y1=${y1} x2=${x2} y2=${y2}></line>`)}
        ${tree.people.map((p, i) => person(p, marked, edit, tabindex('pedigree', i, tree.people.length), tree.slot - 6))}
      </svg>
    </div>
    ${tree.extra.length ? html`<h3>Drawn apart</h3>
      <p class="hint">Who is not related by blood, or has no certain place among the others.</p>
      <div class="apart">${tree.extra.map(p => html`<figure><svg class="pedigree" width=${ALONE} height="116" viewBox="0 0 ${ALONE} 116"
        role="img" aria-label=${inWords(p)}>${person({...p, x: ALONE / 2, y: 24}, marked, undefined, undefined, ALONE)}</svg>
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

/**
 * The words stand beside what is pressed and not in it: shortened as they are, they would not be part of its name.
 *
 * @param tab tabindex of one that the keyboard comes to
 * @param room for the words
 */
function person(p, marked, edit, tab, room) {
  const h = SIZE / 2;
  const words = p.missing ? `${cap(p.relation)}: not recorded` : inWords(p);
  const used = isUsed(p, marked);
  const kinds = [...new Set(p.conditions.map(c => c.kind).filter(Boolean))];
  return svg`<g class=${used ? 'person used' : 'person'} @click=${() => tab === undefined || p.missing || edit(p.ref)}>
    <g ?data-stop=${tab !== undefined} tabindex=${tab ?? nothing} role=${tab === undefined ? nothing : p.missing ? 'img' : 'button'}
      aria-label=${tab === undefined ? nothing : `${words}${used ? ' (used by the chosen card)' : ''}`}>
      <title>${words}</title>
      <rect class="hit" x=${p.x - h - 7} y=${p.y - h - 7} width=${SIZE + 14} height=${SIZE + 14} rx="6"></rect>
      ${used ? svg`<rect class="halo" x=${p.x - h - 7} y=${p.y - h - 7} width=${SIZE + 14} height=${SIZE + 14} rx="6"></rect>` : nothing}
      ${outline(p, `shape${kinds.includes('breast') ? ' breast' : ''}${p.missing ? ' missing' : ''}`)}
      ${kinds.includes('ovarian') ? half(p) : nothing}
      ${kinds.includes('other') ? quarter(p) : nothing}
      ${kinds.length ? outline(p, 'rim') : nothing}
      ${p.carrier ? svg`<circle class="carrier" cx=${p.x} cy=${p.y} r="4"></circle>` : nothing}
      ${p.deceased ? svg`<line class="slash" x1=${p.x - h - 6} y1=${p.y + h + 6} x2=${p.x + h + 6} y2=${p.y - h - 6}></line>` : nothing}
      ${p.adopted ? svg`<path class="kin" fill="none" d="M${p.x - h} ${p.y - h - 5}h-6v${SIZE + 10}h6M${p.x + h} ${p.y - h - 5}h6v${SIZE + 10}h-6"></path>` : nothing}
      ${p.place === 'proband' ? svg`<path class="arrow" d="M${p.x - h - 26} ${p.y + h + 2}L${p.x - h - 5} ${p.y + 5}m-9 0l9 0l-3 8"></path>` : nothing}
    </g>
    ${p.missing || p.unknown ? svg`<text aria-hidden="true" class="mark-text" x=${p.x} y=${p.y + 5} text-anchor="middle">?</text>` : nothing}
    ${caption(p).map((line, i) => svg`<text aria-hidden="true" class=${line.strong ? 'caption strong' : 'caption'} x=${p.beside ? p.x + h + 6 : p.x}
      y=${p.y + (p.beside ? h + 3 : FIRST_LINE) + i * LINE} text-anchor=${p.beside ? 'start' : 'middle'}>${fit(line, room)}</text>`)}
  </g>`;
}

function outline(p, c) {
  const h = SIZE / 2;
  if (p.sex === 'm') return svg`<rect class=${c} x=${p.x - h} y=${p.y - h} width=${SIZE} height=${SIZE}></rect>`;
  if (p.sex === 'f') return svg`<circle class=${c} cx=${p.x} cy=${p.y} r=${h}></circle>`;
  return svg`<path class=${c} d="M${p.x} ${p.y - h - 2}l${h + 2} ${h + 2}l${-h - 2} ${h + 2}l${-h - 2} ${-h - 2}z"></path>`;
}

/** Right half of the symbol. */
function half(p) {
  const h = SIZE / 2;
  if (p.sex === 'm') return svg`<path class="ovarian" d="M${p.x} ${p.y - h}h${h}v${SIZE}h${-h}z"></path>`;
  if (p.sex === 'f') return svg`<path class="ovarian" d="M${p.x} ${p.y - h}a${h} ${h} 0 0 1 0 ${SIZE}z"></path>`;
  return svg`<path class="ovarian" d="M${p.x} ${p.y - h - 2}l${h + 2} ${h + 2}l${-h - 2} ${h + 2}z"></path>`;
}

/** Lower left quarter. */
function quarter(p) {
  const h = SIZE / 2;
  if (p.sex === 'm') return svg`<rect class="other" x=${p.x - h} y=${p.y} width=${h} height=${h}></rect>`;
  if (p.sex === 'f') return svg`<path class="other" d="M${p.x} ${p.y}v${h}a${h} ${h} 0 0 1 ${-h} ${-h}z"></path>`;
  return svg`<path class="other" d="M${p.x} ${p.y}v${h + 2}l${-h - 2} ${-h - 2}z"></path>`;
}

const cut = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

const pen = document.createElement('canvas').getContext('2d');

/** A line of words in the room that there is; of a condition the name gives way and not the age. */
function fit({text, tail = '', strong}, room) {
  pen.font = `${strong ? 700 : 400} 11.5px ${getComputedStyle(document.body).fontFamily}`;
  let kept = text;
  const whole = () => `${kept === text ? kept : `${kept.trimEnd()}…`}${tail}`;
  while (kept.length > 1 && pen.measureText(whole()).width > room) kept = kept.slice(0, -1);
  return whole();
}

/** The lines below a symbol: {text, tail, strong}. */
function caption(p) {
  // grandparents stand close
  const relation = p.place === 'grandparent' ? p.relation.replace(' ', ', ') : p.relation;
  const lines = relation.split(', ').map(text => ({text, strong: p.place === 'proband'}));
  if (p.missing) return [...lines, {text: 'not recorded'}];
  for (const c of [...p.conditions].sort((a, b) => Number(Boolean(b.kind)) - Number(Boolean(a.kind)))) {
    if (c.kind || c.label || lines.length < 3 + Number(relation.includes(', '))) {
      lines.push({text: (c.label ?? (c.kind ? `${c.kind} cancer` : c.words)).replace('cancer', 'ca'), strong: Boolean(c.kind),
        tail: c.onset ? ` ${cut(c.onset.brief, 11)}` : c.kind ? ' age ?' : ''});
    }
  }
  if (p.carrier) lines.push({text: 'carrier', strong: true});
  if (p.deceased) lines.push({text: p.died ? `d. ${cut(p.died.brief, 15)}` : 'd. age ?'});
  else if (p.age) lines.push({text: /\d$/.test(p.age.brief) ? `${p.age.brief} y` : p.age.brief});
  if (!p.conditions.length && !p.unknown && p.place !== 'proband' && !p.deceased && !p.age) lines.push({text: 'no condition'});
  if (p.unknown) lines.push({text: 'health unknown'});
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
