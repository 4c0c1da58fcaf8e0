// Reading FHIR R4 resources for people: words, dates, ages. Never throws on what is missing.

/** The id at the end of a canonical, its version left out. */
export const idOf = canonical => (canonical ?? '').split('|')[0].split('/').at(-1);

export const ref = resource => `${resource.resourceType}/${resource.id}`;

/** The id of the patient whom a resource is about, on whatever server and in whatever version; '' if it names none. */
export function whose(resource) {
  const reference = (resource.subject ?? resource.patient)?.reference;
  return typeof reference === 'string' ? /(?:^|\/)Patient\/([^/]+)$/.exec(reference.split('/_history/')[0])?.[1] ?? '' : '';
}

/** A text that turns the direction of writing ends to do so with itself: "20 %" beside it must not become "02 %". */
const own = text => (/[\u202a-\u202e]/.test(text ?? '') ? `\u2068${text}\u2069` : text);

/** A CodeableConcept in words; a code without words is shown as it is. */
export function words(concept) {
  if (!concept) return '';
  const coding = concept.coding?.find(c => c.display) ?? concept.coding?.[0];
  return own(concept.text ?? tidy(coding?.display) ?? coding?.code ?? '');
}

/** "Low back pain (finding)" is SNOMED's way to name; people say "Low back pain". */
const tidy = display =>
  display?.replace(/ \((finding|disorder|procedure|situation|observable entity|body structure|qualifier value)\)$/, '');

export const codings = concept => concept?.coding ?? [];

export function name(patient) {
  const n = patient?.name?.find(x => x.use === 'official') ?? patient?.name?.[0];
  if (!n) return 'Name not recorded';
  return n.text ?? [...(n.given ?? []), n.family].filter(Boolean).join(' ');
}

/** First moment that a FHIR date may mean, as milliseconds; NaN if it is none. */
export function moment(text) {
  const m = /^(\d{4})(-\d{2})?(-\d{2})?/.exec(text ?? '');
  return m ? Date.UTC(+m[1], m[2] ? +m[2].slice(1) - 1 : 0, m[3] ? +m[3].slice(1) : 1) : NaN;
}

export const day = text => (text ?? '').slice(0, 10);

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** "12 May 2026", "May 2026" or "2026": as exact as it was recorded. */
export function date(text) {
  const m = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?/.exec(text ?? '');
  if (!m) return text || '';
  return [m[3] && String(+m[3]), m[2] && MONTHS[+m[2] - 1], m[1]].filter(Boolean).join(' ');
}

/** Completed years on a day: "62", or "49 or 50" if the birth date is incomplete. */
export function age(birth, on) {
  const b = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?/.exec(birth ?? '');
  const o = /^(\d{4})-(\d{2})-(\d{2})/.exec(on ?? '');
  if (!b || !o) return '';
  const years = (m, d) => +o[1] - +b[1] - (+o[2] < m || (+o[2] === m && +o[3] < d) ? 1 : 0);
  const most = years(b[2] ? +b[2] : 1, b[3] ? +b[3] : 1);
  const least = years(b[2] ? +b[2] : 12, b[3] ? +b[3] : 31);
  return most === least ? String(most) : `${least} or ${most}`;
}

/** Sex at birth where it is recorded, else gender. */
export function sex(patient) {
  const birth = patient?.extension?.find(e => e.url.endsWith('us-core-birthsex'))?.valueCode;
  return birth === 'F' ? 'female' : birth === 'M' ? 'male' : patient?.gender ?? 'sex not recorded';
}

const DATES = ['onsetDateTime', 'onsetPeriod', 'effectiveDateTime', 'effectivePeriod', 'effectiveInstant', 'performedDateTime',
  'performedPeriod', 'occurrenceDateTime', 'occurrencePeriod', 'authoredOn', 'authored', 'period', 'start', 'date', 'sent',
  'dateAsserted', 'recordedDate', 'issued'];

/** The element that holds a resource's own date, and the date. */
export function dated(resource) {
  // the rules go by the age; the day it was written down says less
  const aged = ['onsetAge', 'performedAge'].find(key => resource[key]);
  if (aged) return {key: aged, text: ''};
  for (const key of DATES) {
    const value = resource[key];
    if (typeof value === 'string') return {key, text: value};
    if (value?.start || value?.end) return {key, text: value.start ?? value.end, end: value.end};
  }
  return {key: '', text: ''};
}

export function quantity(q) {
  if (!q) return '';
  const unit = own(q.unit ?? q.code ?? '');
  return [`${q.comparator ?? ''}${q.value ?? ''}`, /^\{.*\}$/.test(unit) ? '' : unit].filter(Boolean).join(' ');
}

/** The value of an Observation, a component or an answer, in words. */
export function value(r) {
  if (r.valueQuantity) return quantity(r.valueQuantity);
  if (r.valueCodeableConcept) return words(r.valueCodeableConcept);
  if (r.valueBoolean !== undefined) return r.valueBoolean ? 'yes' : 'no';
  if (r.valueInteger !== undefined) return String(r.valueInteger);
  if (r.valueString) return own(r.valueString);
  if (r.valueCoding) return words({coding: [r.valueCoding]});
  if (r.valueDecimal !== undefined) return String(r.valueDecimal);
  if (r.valueDateTime ?? r.valueDate) return date(r.valueDateTime ?? r.valueDate);
  if (r.valueTime ?? r.valueUri) return own(r.valueTime ?? r.valueUri);
  if (r.valueRatio) return `${quantity(r.valueRatio.numerator)} : ${quantity(r.valueRatio.denominator)}`;
  if (r.valuePeriod) return [r.valuePeriod.start ? date(r.valuePeriod.start) : '…', r.valuePeriod.end ? date(r.valuePeriod.end) : '…'].join(' to ');
  if (r.valueReference) return own(r.valueReference.display ?? r.valueReference.reference ?? '');
  if (r.valueAttachment) return own(r.valueAttachment.title ?? 'an attachment');
  if (r.valueSampledData) return 'a series of samples';
  if (r.valueRange) return `${quantity(r.valueRange.low)} to ${quantity(r.valueRange.high)}`;
  if (r.dataAbsentReason) return `no value: ${words(r.dataAbsentReason)}`;
  return '';
}

export const statusOf = r =>
  [codings(r.clinicalStatus)[0]?.code, codings(r.verificationStatus)[0]?.code, r.status].filter(Boolean).join(', ');

/** Whether an entry says that something is not, or was never, so. */
export const isVoid = r =>
  ['entered-in-error', 'refuted'].includes(codings(r.verificationStatus)[0]?.code) ||
  ['entered-in-error', 'cancelled', 'not-done', 'revoked'].includes(r.status);

/** The record says that the person has died; with a day, that it was so by then. */
export const isDead = (patient, on) =>
  patient?.deceasedDateTime ? !on || day(patient.deceasedDateTime) <= on : patient?.deceasedBoolean === true;
