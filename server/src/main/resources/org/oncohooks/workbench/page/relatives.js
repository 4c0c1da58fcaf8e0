// From FamilyMemberHistory to the people of a pedigree: who they are to the patient, what they have, what is not known.
// Who counts, and which entries are one person's, follows FamilyHistory.cql.

import {time} from './ages.js';
import * as fhir from './fhir.js';
import {compared, setsOf} from './knowledge.js';

const NO_SIDE = 'the side of the family is not recorded';
const NO_PARENT = 'by which parent is not recorded';
const NO_SIBLING = 'by which brother or sister is not recorded';
const NO_CHILD = 'by which child is not recorded';
const NO_SEX = 'grandmother or grandfather is not recorded';
const FAR = 'further back than is drawn';

/** v3-RoleCode: [place in the family, sex, side, words, why it has no place of its own]. Places: see pedigree.js. */
const ROLES = {
  MTH: ['mother', 'f', 'm', 'mother'], NMTH: ['mother', 'f', 'm', 'mother'],
  FTH: ['father', 'm', 'p', 'father'], NFTH: ['father', 'm', 'p', 'father'],
  PRN: ['apart', '', '', 'parent', 'mother or father is not recorded'], NPRN: ['apart', '', '', 'parent', 'mother or father is not recorded'],
  SIS: ['sibling', 'f', '', 'sister'], NSIS: ['sibling', 'f', '', 'sister'],
  BRO: ['sibling', 'm', '', 'brother'], NBRO: ['sibling', 'm', '', 'brother'],
  SIB: ['sibling', '', '', 'sibling'], NSIB: ['sibling', '', '', 'sibling'],
  TWIN: ['sibling', '', '', 'twin'], TWINSIS: ['sibling', 'f', '', 'twin sister'], TWINBRO: ['sibling', 'm', '', 'twin brother'],
  FTWIN: ['sibling', '', '', 'twin, fraternal'], FTWINSIS: ['sibling', 'f', '', 'twin sister, fraternal'],
  FTWINBRO: ['sibling', 'm', '', 'twin brother, fraternal'],
  ITWIN: ['sibling', '', '', 'twin, identical'], ITWINSIS: ['sibling', 'f', '', 'twin sister, identical'],
  ITWINBRO: ['sibling', 'm', '', 'twin brother, identical'],
  HSIS: ['apart', 'f', '?', 'half-sister', NO_PARENT], HBRO: ['apart', 'm', '?', 'half-brother', NO_PARENT],
  HSIB: ['apart', '', '?', 'half-sibling', NO_PARENT],
  DAU: ['child', 'f', '', 'daughter'], NDAU: ['child', 'f', '', 'daughter'], DAUC: ['child', 'f', '', 'daughter'],
  SON: ['child', 'm', '', 'son'], NSON: ['child', 'm', '', 'son'], SONC: ['child', 'm', '', 'son'],
  CHILD: ['child', '', '', 'child'], NCHILD: ['child', '', '', 'child'],
  DAUADOPT: ['child', 'f', 'a', 'adopted daughter'], SONADOPT: ['child', 'm', 'a', 'adopted son'],
  CHLDADOPT: ['child', '', 'a', 'adopted child'],
  MAUNT: ['parentSibling', 'f', 'm', 'maternal aunt'], PAUNT: ['parentSibling', 'f', 'p', 'paternal aunt'],
  MUNCLE: ['parentSibling', 'm', 'm', 'maternal uncle'], PUNCLE: ['parentSibling', 'm', 'p', 'paternal uncle'],
  MGRMTH: ['grandparent', 'f', 'm', 'maternal grandmother'], PGRMTH: ['grandparent', 'f', 'p', 'paternal grandmother'],
  MGRFTH: ['grandparent', 'm', 'm', 'maternal grandfather'], PGRFTH: ['grandparent', 'm', 'p', 'paternal grandfather'],
  MGRPRN: ['apart', '', 'm', 'maternal grandparent', NO_SEX], PGRPRN: ['apart', '', 'p', 'paternal grandparent', NO_SEX],
  MCOUSN: ['cousin', '', 'm', 'maternal cousin'], PCOUSN: ['cousin', '', 'p', 'paternal cousin'],
  AUNT: ['apart', 'f', '?', 'aunt, side not recorded', NO_SIDE], UNCLE: ['apart', 'm', '?', 'uncle, side not recorded', NO_SIDE],
  GRMTH: ['apart', 'f', '?', 'grandmother, side not recorded', NO_SIDE], GRFTH: ['apart', 'm', '?', 'grandfather, side not recorded', NO_SIDE],
  GRPRN: ['apart', '', '?', 'grandparent, side not recorded', NO_SIDE], COUSN: ['apart', '', '?', 'cousin, side not recorded', NO_SIDE],
  NIECE: ['apart', 'f', '', 'niece', NO_SIBLING], NEPHEW: ['apart', 'm', '', 'nephew', NO_SIBLING],
  NIENEPH: ['apart', '', '', 'niece or nephew', NO_SIBLING],
  GRNDCHILD: ['apart', '', '', 'grandchild', NO_CHILD], GRNDDAU: ['apart', 'f', '', 'granddaughter', NO_CHILD],
  GRNDSON: ['apart', 'm', '', 'grandson', NO_CHILD],
  GGRPRN: ['apart', '', '?', 'great-grandparent', FAR], MGGRPRN: ['apart', '', 'm', 'maternal great-grandparent', FAR],
  PGGRPRN: ['apart', '', 'p', 'paternal great-grandparent', FAR],
  GGRMTH: ['apart', 'f', '?', 'great-grandmother', FAR], MGGRMTH: ['apart', 'f', 'm', 'maternal great-grandmother', FAR],
  PGGRMTH: ['apart', 'f', 'p', 'paternal great-grandmother', FAR],
  GGRFTH: ['apart', 'm', '?', 'great-grandfather', FAR], MGGRFTH: ['apart', 'm', 'm', 'maternal great-grandfather', FAR],
  PGGRFTH: ['apart', 'm', 'p', 'paternal great-grandfather', FAR],
  ADOPTM: ['adoptive', 'f', '', 'adoptive mother'], ADOPTF: ['adoptive', 'm', '', 'adoptive father'],
  ADOPTP: ['adoptive', '', '', 'adoptive parent'],
};

/** The SNOMED CT codes of the rules' value sets for relatives, as the role that each means. */
const SNOMED = {
  '72705000': 'MTH', '66839005': 'FTH', '27733009': 'SIS', '70924004': 'BRO', '66089001': 'DAU', '65616008': 'SON',
  '394859001': 'MGRMTH', '394858009': 'PGRMTH', '394857004': 'MGRFTH', '394856008': 'PGRFTH',
  '442051000124109': 'MAUNT', '442061000124106': 'PAUNT', '442031000124102': 'MUNCLE', '442041000124107': 'PUNCLE',
  '34581001': 'NIECE', '83559000': 'NEPHEW', '45929001': 'HBRO', '2272004': 'HSIS', '21464003': 'ADOPTM', '609005': 'ADOPTF',
};

const BLOOD = ['first-degree-relative', 'second-degree-relative', 'third-degree-relative'];
const NOT_BLOOD = 'not-blood-relative';
const ONE_OF = 'unique-relative';

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
const CARRIER = 'germline-condition';
const GENES = ['high-penetrance-gene', 'moderate-penetrance-gene'];

/** The people of the pedigree, each with the entries that tell of them; one who is recorded twice is one person. */
export function relatives(resources, knowledge) {
  const people = new Map();
  for (const r of resources.filter(x => x.resourceType === 'FamilyMemberHistory')) {
    const told = relative(r, knowledge);
    const key = told.void || told.place === 'unplaced' || told.notBlood ? told.ref : personOf(r, knowledge);
    people.set(key, people.has(key) ? together(people.get(key), told) : {...told, entries: [told]});
  }
  return [...people.values()];
}

/** As "Person" in FamilyHistory.cql: whom there is only one of, or the same name and birth date; else each entry its own. */
function personOf(r, knowledge) {
  const codes = fhir.codings(r.relationship).map(c => c.code);
  if (setsOf(knowledge, [r.relationship]).has(ONE_OF)) {
    if (codes.some(c => ['MTH', 'NMTH', '72705000'].includes(c))) return 'MTH';
    if (codes.some(c => ['FTH', 'NFTH', '66839005'].includes(c))) return 'FTH';
    return codes[0];
  }
  const born = r.bornDate ?? r.bornPeriod?.start;
  return r.name && born ? `${codes[0] ?? ''}|${r.name}|${first(born)}` : fhir.ref(r);
}

/** Of two entries for one person the one with an age says it. */
function together(person, told) {
  const all = [...person.conditions, ...told.conditions];
  const conditions = all.filter((c, i) => !all.some((d, j) => d !== c && d.words === c.words &&
    (c.onset ? d.onset?.words === c.onset.words && j < i : d.onset || j < i)));
  return {...person, entries: [...person.entries, told], conditions, sex: person.sex || told.sex, name: person.name || told.name,
    carrier: person.carrier || told.carrier, deceased: person.deceased || told.deceased, died: person.died ?? told.died,
    age: person.age ?? told.age, unknown: person.unknown && told.unknown, partial: person.partial || told.partial};
}

/** The coding that says who it is: one that takes the blood relation away goes before the others. */
function role(r, knowledge) {
  const known = fhir.codings(r.relationship).map(coding => ({coding, sets: setsOf(knowledge, [{coding: [coding]}])}));
  const found = known.find(k => k.sets.has(NOT_BLOOD)) ?? known.find(k => BLOOD.some(s => k.sets.has(s)));
  const code = found && compared(knowledge, found.coding).code;
  return {code: SNOMED[code] ?? code, notBlood: Boolean(found?.sets.has(NOT_BLOOD))};
}

/** Why no rule can tell who this is. */
function unread(r) {
  const [coding] = fhir.codings(r.relationship);
  if (!coding) return 'the relationship has no code, so no rule reads it';
  return `no rule reads the code of the relationship (${coding.system ?? 'no code system'} ${coding.code ?? 'without a code'})`;
}

function relative(r, knowledge) {
  const {code, notBlood} = role(r, knowledge);
  const stands = ['completed', 'partial', 'health-unknown', 'entered-in-error'].includes(r.status);
  const [place, sexOfRole, side, said, why] = ROLES[code] ?? ['apart', sexOf(code ?? ''), '', ''];
  const recorded = fhir.codings(r.sex)[0]?.code;
  const born = r.bornDate ?? r.bornPeriod?.start ?? '';
  const conditions = (r.condition ?? []).map(c => condition(c, knowledge, born));
  return {
    ref: fhir.ref(r), resource: r, place: code && stands ? place : 'unplaced',
    why: !code ? unread(r) : !stands ? 'the entry has no status that the rules count' : why ?? (notBlood ? 'not a blood relation' : ''),
    sex: ['female', 'F', '248152002'].includes(recorded) ? 'f' : ['male', 'M', '248153007'].includes(recorded) ? 'm' : sexOfRole,
    side, adopted: side === 'a', notBlood,
    relation: said || fhir.words(r.relationship) || 'relationship not recorded',
    name: r.name ?? '', born: r.bornDate ?? r.bornString ?? '',
    conditions,
    carrier: conditions.some(c => c.carrier),
    deceased: r.deceasedBoolean === true || Boolean(r.deceasedAge ?? r.deceasedDate ?? r.deceasedString ?? r.deceasedRange),
    died: time(r, 'deceased', born),
    age: time(r, 'age'),
    void: r.status === 'entered-in-error',
    unknown: r.status === 'health-unknown',
    partial: r.status === 'partial',
  };
}

function condition(c, knowledge, born) {
  const sets = setsOf(knowledge, [c.code]);
  const onset = time(c, 'onset', born);
  // a modifier may take the condition away, and no rule counts it
  if (c.modifierExtension?.length) return {words: `${fhir.words(c.code)} (with a modifier that no rule reads)`, kind: '', carrier: false, onset};
  const cancer = CANCERS.find(([set]) => sets.has(set));
  const gene = GENES.some(s => sets.has(s));
  return {words: `${fhir.words(c.code)}${gene ? ' (a gene alone, which no rule reads as a variant)' : ''}`, label: cancer?.[2],
    kind: cancer?.[1] ?? '', carrier: sets.has(CARRIER), onset};
}

/** The first day that an incomplete date may mean. */
const first = text => (text ? `${fhir.day(text)}-01-01`.slice(0, 10) : '');

/** Value sets by which CancerHistory.cql and PersonalHistoryCriteria.cql know the patient's own cancers, the nearest first. */
const OWN = [['breast-malignancy', 'breast'], ['breast-cancer-history', 'breast'], ['metastasis-from-breast', 'breast'], ['ovarian-cancer', 'ovarian']];
const IN_SITU = ['breast-in-situ', 'breast-in-situ-history'];
/** Cancer that has spread, or whose place nobody says: it is no cancer of its own beside another one. */
const SPREAD = ['distant-metastasis', 'bone-or-spine-metastasis', 'secondary-malignancy-by-site', 'distant-metastasis-history', 'metastasis-from-breast'];
const SPREAD_OR_UNPLACED = 'secondary-or-unplaced-cancer';
const OTHER = 'other-malignancy';

const final = r => ['final', 'amended', 'corrected', 'appended'].includes(r.status);
const has = (knowledge, concept, set) => setsOf(knowledge, [concept]).has(set);
const isLoinc = (knowledge, concept, code) => fhir.codings(concept).map(c => compared(knowledge, c))
  .some(c => c.system === 'http://loinc.org' && c.code === code);

/** An observation that says yes to what its code names. */
function saysYes(o, knowledge) {
  if (!final(o) || o.dataAbsentReason) return false;
  if (o.valueCodeableConcept) return has(knowledge, o.valueCodeableConcept, 'present-answer');
  if (o.valueBoolean !== undefined) return o.valueBoolean;
  const number = o.valueInteger ?? o.valueQuantity?.value;
  return number === undefined ? !Object.keys(o).some(k => k.startsWith('value')) : number > 0;
}

/** A variant of the patient's own as HereditaryRisk.cql reads it: what it is, and whether it makes a carrier. */
function variant(r, knowledge) {
  const carries = (words, carrier = true) => ({words, kind: '', carrier, onset: null});
  if (r.resourceType === 'DiagnosticReport') {
    const found = final(r) && has(knowledge, r.code, 'hereditary-test') && r.conclusionCode?.find(c => has(knowledge, c, CARRIER));
    return found ? carries(fhir.words(found)) : null;
  }
  if (has(knowledge, r.code, CARRIER)) {
    return r.resourceType === 'Condition' || saysYes(r, knowledge) ? carries(fhir.words(r.code)) : null;
  }
  if (r.resourceType !== 'Observation' || !r.valueCodeableConcept || !saysYes(r, knowledge) || !has(knowledge, r.code, 'hereditary-test')) return null;
  const part = code => (r.component ?? []).filter(c => isLoinc(knowledge, c.code, code)).map(c => c.valueCodeableConcept);
  const genes = part('48018-6').filter(g => GENES.some(s => has(knowledge, g, s)));
  const words = `${genes.map(fhir.words).join(', ') || fhir.words(r.code)} variant`;
  if (!genes.length || !part('53037-8').some(s => has(knowledge, s, 'pathogenic-significance')) || !isLoinc(knowledge, r.code, '69548-6')) {
    return part('53037-8').length && genes.length ? null : carries(`${fhir.words(r.code)}: ${fhir.value(r)} (no rule reads this as a variant)`, false);
  }
  if (part('48002-0').some(s => isLoinc(knowledge, s, 'LA6683-2'))) return carries(words);
  return part('48002-0').some(s => isLoinc(knowledge, s, 'LA6684-0')) ? null : carries(`${words} (inherited or not is not recorded)`, false);
}

/** Stage IV or M1: of an observation, or of the diagnosis itself. */
function isStageIV(r, knowledge) {
  return r.resourceType === 'Observation'
    ? final(r) && has(knowledge, r.code, 'stage-observation') && has(knowledge, r.valueCodeableConcept, 'stage-iv')
    : (r.stage ?? []).some(stage => has(knowledge, stage.summary, 'stage-iv'));
}

/** Lymph nodes and the like: ICD-10-CM has secondary cancers in categories of their own, SNOMED CT in the value sets. */
const isSpread = (r, sets, knowledge) => SPREAD.some(s => sets.has(s)) ||
  fhir.codings(r.code).some(c => sets.has(SPREAD_OR_UNPLACED) && /^C7[789B]/.test(compared(knowledge, c).code));

/** Spread to lymph nodes, which alone is not called metastases. */
const isNodes = (r, sets, knowledge) => !SPREAD.some(s => sets.has(s)) &&
  fhir.codings(r.code).some(c => /^C77/.test(compared(knowledge, c).code));

/** One of the patient's own cancers, as the rules read them; an observation says yes to what its code names. */
function ownCancers(r, knowledge, born) {
  const sets = setsOf(knowledge, [r.code]);
  const isCondition = r.resourceType === 'Condition';
  const told = isCondition || saysYes(r, knowledge);
  const found = (kind, label, group) => ({words: fhir.words(r.code), kind, label, group, carrier: false, onset: time(r, 'onset', born)});
  const all = [];
  const own = told && OWN.find(([set, kind]) => sets.has(set) && (isCondition || kind === 'breast'));
  const spread = told && isSpread(r, sets, knowledge);
  // the age of its spread is not that of the cancer
  if (own) all.push({...found(own[1], undefined, own[1]), ...(spread && {onset: null})});
  else if (told && IN_SITU.some(s => sets.has(s))) all.push(found('', 'ca in situ', 'in situ'));
  if (spread) all.push(found('', isNodes(r, sets, knowledge) ? 'nodes' : 'metastases', 'spread'));
  else if (isStageIV(r, knowledge)) all.push({...found('', 'metastases', 'spread'), words: 'stage IV', onset: null});
  else if (isCondition && !own && sets.has(SPREAD_OR_UNPLACED)) all.push(found('', 'cancer', 'unplaced'));
  else if (isCondition && !own && sets.has(OTHER)) {
    const label = CANCERS.find(([set, kind]) => kind === 'other' && sets.has(set))[2];
    all.push(found('other', label, label === 'other cancer' ? fhir.words(r.code) : label));
  }
  return all;
}

/** Several entries for one cancer are one, with the earliest age; all that has spread is one too. */
function merged(conditions) {
  const found = new Map();
  for (const c of conditions) {
    const same = found.get(c.group);
    if (!same) {
      found.set(c.group, {...c, all: [c.words]});
      continue;
    }
    if (!same.all.includes(c.words)) same.all.push(c.words);
    if (c.label === 'metastases') same.label = c.label;
    if (c.onset && !(parseInt(same.onset?.brief) <= parseInt(c.onset.brief))) same.onset = c.onset;
  }
  const one = [...found.values()].sort((a, b) => Boolean(b.kind) - Boolean(a.kind)).map(c => (c.group === 'spread' ? {...c, words: `${c.label === 'nodes' ? 'lymph nodes' : c.label} (${c.all.join(', ')})`} : c));
  // without another cancer beside it, it is one
  return one.some(c => c.kind) ? one : one.map(c => (['spread', 'unplaced'].includes(c.group) ? {...c, kind: 'other'} : c));
}

/** The patient as a person of the pedigree: cancers and carrier status from the chart itself. */
export function proband(resources, knowledge, on) {
  const patient = resources.find(r => r.resourceType === 'Patient');
  const sex = patient ? fhir.sex(patient) : '';
  const born = patient?.birthDate ?? '';
  const held = resources.filter(r => ['Condition', 'Observation', 'DiagnosticReport'].includes(r.resourceType) && !fhir.isVoid(r) &&
    !['differential', 'provisional', 'unconfirmed'].includes(fhir.codings(r.verificationStatus)[0]?.code));
  // what begins after the day evaluated is none yet
  const begun = held.filter(r => !(fhir.moment(fhir.dated(r).text) > fhir.moment(on)));
  const conditions = merged(begun.filter(r => r.resourceType !== 'DiagnosticReport').flatMap(r => ownCancers(r, knowledge, born)));
  const variants = held.map(r => variant(r, knowledge)).filter(Boolean);
  conditions.push(...variants.filter((v, i) => variants.findIndex(w => w.words === v.words) === i));
  return {ref: `Patient/${patient?.id}`, relation: 'this patient', name: patient ? fhir.name(patient) : '',
    sex: sex === 'female' ? 'f' : sex === 'male' ? 'm' : '', conditions, carrier: variants.some(v => v.carrier), place: 'proband', born,
    deceased: fhir.isDead(patient, on), died: time(patient, 'deceased', born), age: lived(fhir.age(born, on)),
    void: false, unknown: !patient, adopted: false, notBlood: false, entries: []};
}

const lived = age => (age ? {words: `at ${age}`, brief: age} : null);
