// From FamilyMemberHistory to the people of a pedigree: who they are to the patient, what they have, what is not known.

import * as fhir from './fhir.js';
import {setsOf} from './knowledge.js';

/** v3-RoleCode: [place in the family, sex, side, words]. Places: see pedigree.js. */
const ROLES = {
  MTH: ['mother', 'f', 'm', 'mother'], NMTH: ['mother', 'f', 'm', 'mother'],
  FTH: ['father', 'm', 'p', 'father'], NFTH: ['father', 'm', 'p', 'father'],
  SIS: ['sibling', 'f', '', 'sister'], NSIS: ['sibling', 'f', '', 'sister'], TWINSIS: ['sibling', 'f', '', 'twin sister'],
  HSIS: ['apart', 'f', '?', 'half-sister'], BRO: ['sibling', 'm', '', 'brother'], NBRO: ['sibling', 'm', '', 'brother'],
  TWINBRO: ['sibling', 'm', '', 'twin brother'], HBRO: ['apart', 'm', '?', 'half-brother'],
  SIB: ['sibling', '', '', 'sibling'], NSIB: ['sibling', '', '', 'sibling'], HSIB: ['apart', '', '?', 'half-sibling'],
  DAU: ['child', 'f', '', 'daughter'], NDAU: ['child', 'f', '', 'daughter'], DAUC: ['child', 'f', '', 'daughter'],
  SON: ['child', 'm', '', 'son'], NSON: ['child', 'm', '', 'son'], SONC: ['child', 'm', '', 'son'],
  CHILD: ['child', '', '', 'child'], NCHILD: ['child', '', '', 'child'],
  DAUADOPT: ['child', 'f', 'a', 'adopted daughter'], SONADOPT: ['child', 'm', 'a', 'adopted son'],
  CHLDADOPT: ['child', '', 'a', 'adopted child'],
  MAUNT: ['parentSibling', 'f', 'm', 'maternal aunt'], PAUNT: ['parentSibling', 'f', 'p', 'paternal aunt'],
  MUNCLE: ['parentSibling', 'm', 'm', 'maternal uncle'], PUNCLE: ['parentSibling', 'm', 'p', 'paternal uncle'],
  MGRMTH: ['grandparent', 'f', 'm', 'maternal grandmother'], PGRMTH: ['grandparent', 'f', 'p', 'paternal grandmother'],
  MGRFTH: ['grandparent', 'm', 'm', 'maternal grandfather'], PGRFTH: ['grandparent', 'm', 'p', 'paternal grandfather'],
  MCOUSN: ['cousin', '', 'm', 'maternal cousin'], PCOUSN: ['cousin', '', 'p', 'paternal cousin'],
  AUNT: ['apart', 'f', '?', 'aunt, side not recorded'], UNCLE: ['apart', 'm', '?', 'uncle, side not recorded'],
  GRMTH: ['apart', 'f', '?', 'grandmother, side not recorded'], GRFTH: ['apart', 'm', '?', 'grandfather, side not recorded'],
  GRPRN: ['apart', '', '?', 'grandparent, side not recorded'], COUSN: ['apart', '', '?', 'cousin, side not recorded'],
  NIECE: ['apart', 'f', '', 'niece'], NEPHEW: ['apart', 'm', '', 'nephew'], NIENEPH: ['apart', '', '', 'niece or nephew'],
  ADOPTM: ['adoptive', 'f', '', 'adoptive mother'], ADOPTF: ['adoptive', 'm', '', 'adoptive father'],
  ADOPTP: ['adoptive', '', '', 'adoptive parent'],
};

const NOT_BLOOD = /^(STP|.*INLAW$|INLAW|SPS|HUSB|WIFE|FOST|DOMPART|SIGOTHR|FRND|ROOM|NBOR|GUARD)/;

/** The sex that a role's code says, of those that are not listed. */
const sexOf = code => (/(MTH|SIS|DAU|WIFE)/.test(code) ? 'f' : /(FTH|BRO|SON|HUSB)/.test(code) ? 'm' : '');

/** Cancers that a pedigree marks, by value set; the order is that of the legend. */
export const CANCERS = [
  ['relative-breast-cancer', 'breast', 'breast cancer'],
  ['relative-ovarian-cancer', 'ovarian', 'ovarian cancer'],
  ['relative-prostate-cancer', 'other', 'prostate cancer'],
  ['relative-pancreatic-cancer', 'other', 'pancreatic cancer'],
  ['relative-bowel-cancer', 'other', 'bowel cancer'],
  ['relative-sarcoma', 'other', 'sarcoma'],
  ['relative-brain-or-adrenal-cancer', 'other', 'brain or adrenal cancer'],
  ['other-malignancy', 'other', 'other cancer'],
];
const CARRIER = ['germline-condition', 'germline-condition-later-start', 'high-penetrance-gene', 'moderate-penetrance-gene'];

/** One person of the pedigree for each FamilyMemberHistory that counts. */
export function relatives(resources, knowledge) {
  return resources.filter(r => r.resourceType === 'FamilyMemberHistory').map(r => relative(r, knowledge));
}

function relative(r, knowledge) {
  const code = fhir.codings(r.relationship).map(c => c.code).find(c => ROLES[c] || NOT_BLOOD.test(c)) ??
    fhir.codings(r.relationship)[0]?.code ?? '';
  const [place, sexOfRole, side, said] = ROLES[code] ?? ['apart', sexOf(code), '', ''];
  const recorded = fhir.codings(r.sex)[0]?.code;
  const conditions = (r.condition ?? []).map(c => condition(c, knowledge));
  return {
    ref: fhir.ref(r), resource: r, place: NOT_BLOOD.test(code) ? 'apart' : place,
    sex: recorded === 'female' ? 'f' : recorded === 'male' ? 'm' : sexOfRole,
    side, adopted: side === 'a', notBlood: NOT_BLOOD.test(code) || place === 'adoptive',
    relation: said || fhir.words(r.relationship) || 'relationship not recorded',
    name: r.name ?? '', born: r.bornDate ?? r.bornString ?? '',
    conditions,
    carrier: conditions.some(c => c.carrier),
    deceased: r.deceasedBoolean === true || Boolean(r.deceasedAge ?? r.deceasedDate ?? r.deceasedString ?? r.deceasedRange),
    died: r.deceasedAge ? fhir.quantity({value: r.deceasedAge.value}) : fhir.date(r.deceasedDate),
    age: r.ageAge?.value,
    void: r.status === 'entered-in-error',
    unknown: r.status === 'health-unknown',
    partial: r.status === 'partial',
  };
}

function condition(c, knowledge) {
  const sets = setsOf(knowledge, [c.code]);
  const cancer = CANCERS.find(([set]) => sets.has(set));
  const onset = c.onsetAge?.value ?? c.onsetString ?? (c.onsetRange && `${c.onsetRange.low?.value}–${c.onsetRange.high?.value}`);
  return {words: fhir.words(c.code), label: cancer?.[2], kind: cancer?.[1] ?? '', carrier: CARRIER.some(s => sets.has(s)),
    onset: onset === undefined ? '' : String(onset)};
}

/** The first day that an incomplete date may mean. */
const whole = text => (text ? `${fhir.day(text)}-01-01`.slice(0, 10) : '');

/** The patient as a person of the pedigree: cancers and carrier status from the chart itself. */
export function proband(resources, knowledge, on) {
  const patient = resources.find(r => r.resourceType === 'Patient');
  const sex = patient ? fhir.sex(patient) : '';
  const held = resources.filter(r => ['Condition', 'Observation'].includes(r.resourceType) && !fhir.isVoid(r));
  const conditions = [];
  for (const r of held.filter(x => x.resourceType === 'Condition')) {
    const sets = setsOf(knowledge, [r.code]);
    const status = fhir.codings(r.verificationStatus)[0]?.code;
    if (['differential', 'provisional', 'unconfirmed'].includes(status)) continue;
    const kind = sets.has('breast-malignancy') ? 'breast' : sets.has('ovarian-cancer') ? 'ovarian' : '';
    if (!kind) continue;
    const onset = r.onsetAge?.value ?? fhir.age(patient?.birthDate, whole(r.onsetDateTime));
    const first = conditions.find(c => c.kind === kind);
    if (!first) conditions.push({words: fhir.words(r.code), kind, carrier: false, onset: String(onset)});
    else if (onset && (!first.onset || Number(onset) < Number(first.onset))) first.onset = String(onset);
  }
  const carrier = held.some(r => {
    const sets = setsOf(knowledge, [r.code]);
    return r.resourceType === 'Condition' && CARRIER.some(s => sets.has(s));
  });
  return {ref: `Patient/${patient?.id}`, relation: 'this patient', name: patient ? fhir.name(patient) : '',
    sex: sex === 'female' ? 'f' : sex === 'male' ? 'm' : '', conditions, carrier, place: 'proband', born: patient?.birthDate ?? '',
    deceased: Boolean(patient?.deceasedDateTime ?? (patient?.deceasedBoolean || undefined)), died: '', age: fhir.age(patient?.birthDate, on),
    void: false, unknown: !patient, adopted: false, notBlood: false};
}
