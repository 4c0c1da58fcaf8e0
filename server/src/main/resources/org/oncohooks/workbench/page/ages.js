// Ages and the times of a life in words, in years as the rules read them (FamilyHistory.cql).

import * as fhir from './fhir.js';

const UNITS = [
  [['a', 'year', 'years', 'yr', 'yrs', 'y'], 1, 'year'],
  [['mo', 'month', 'months'], 12, 'month'],
  [['wk', 'week', 'weeks'], 52.18, 'week'],
  [['d', 'day', 'days'], 365.25, 'day'],
];

const unitOf = age => UNITS.find(([words]) => words.includes(age?.code ?? age?.unit ?? 'a'));

/** Completed years of an Age or Quantity; undefined where it has no number or a unit that no rule reads. */
export function years(age) {
  const unit = unitOf(age);
  return typeof age?.value === 'number' && unit ? Math.floor(age.value / unit[1] + 1e-9) : undefined;
}

/** What is told: whole words for a sentence, and a short form for a caption. */
const told = (words, brief) => ({words, brief});
const said = text => told(`(“${text}”)`, text);

/** "45", "8 months" where it is less than a year, and as it stands where no rule reads its unit. */
function plain(age) {
  const whole = years(age);
  if (whole === undefined) return fhir.quantity({value: age.value, unit: age.unit ?? age.code});
  return whole > 0 || age.value === 0 ? String(whole) : `${age.value} ${unitOf(age)[2]}${age.value === 1 ? '' : 's'}`;
}

function between(low, high) {
  if (low !== undefined && high !== undefined) return low === high ? told(`at ${low}`, low) : told(`at ${low} to ${high}`, `${low}–${high}`);
  if (low !== undefined) return told(`at ${low} or older`, `≥${low}`);
  return high === undefined ? null : told(`at ${high} or younger`, `≤${high}`);
}

const COMPARED = {'<': 'under', '<=': 'at most', '>': 'over', '>=': 'at least'};

/** One of the forms of FHIR's onset[x], deceased[x] or age[x], by its prefix; null where none says when. */
export function time(holder, prefix, born) {
  const value = form => holder?.[`${prefix}${form}`];
  const age = value('Age');
  if (age?.value !== undefined) {
    const compared = COMPARED[age.comparator];
    return compared ? told(`at ${compared} ${plain(age)}`, `${age.comparator}${plain(age)}`) : told(`at ${plain(age)}`, plain(age));
  }
  const range = value('Range');
  if (range) {
    const end = limit => (limit?.value === undefined ? undefined : plain(limit));
    return between(end(range.low), end(range.high));
  }
  const period = value('Period');
  if (period?.start || period?.end) return during(period, born);
  const date = value('Date') ?? value('DateTime');
  if (date) return during({start: date, end: date}, born);
  const text = value('String');
  return text ? (/^\d{1,3}$/.test(text) ? told(`at ${text}`, text) : said(text)) : null;
}

/** Days as an age, where the birth date is recorded; else as they are. */
function during({start, end}, born) {
  const [from, to] = [start ?? end, end ?? start];
  const ages = [...fhir.age(born, first(from)).split(' or '), ...fhir.age(born, latest(to)).split(' or ')]
    .filter(Boolean).map(Number).filter(n => n >= 0);
  if (ages.length) return between(String(Math.min(...ages)), String(Math.max(...ages)));
  const [a, b] = [fhir.date(fhir.day(from)), fhir.date(fhir.day(to))];
  return a === b ? told(`in ${a}`, a) : told(`in ${a} to ${b}`, `${a}–${b}`);
}

/** The first and the last day that an incomplete date may mean. */
const first = text => `${fhir.day(text)}-01-01`.slice(0, 10);
const latest = text => (text.length < 7 ? `${text}-12-31` : text.length < 10 ? `${text}-28` : fhir.day(text));

/** The latest year that an age leaves open, as the rules take it (Dates.cql); empty where it can't be told. */
export function yearOf(age, born, written) {
  const unit = unitOf(age);
  const [year, month, day] = (born ?? '').split('-').map(Number);
  if (!year || !unit || typeof age?.value !== 'number') return '';
  const months = Math.floor((age.value / unit[1]) * 12 + 1e-9) + (unit[2] === 'year' ? 12 : 2);
  const last = new Date(Date.UTC(year, (month || 12) - 1 + months, (day || 28) - 1)).getUTCFullYear();
  const noted = Number((written ?? '').slice(0, 4));
  return String(noted && noted < last ? noted : last);
}
