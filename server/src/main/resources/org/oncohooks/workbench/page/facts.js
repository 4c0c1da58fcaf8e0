// Tells a chart's resources as facts: what, when, in which state, and which of the rules' value sets see it.

import {time, yearOf} from './ages.js';
import * as fhir from './fhir.js';
import {setsOf} from './knowledge.js';

/** Value sets whose members are what a patient feels or a clinician finds. */
export const SYMPTOMS = ['symptom-question', 'spine-pain', 'bone-pain', 'leg-pain', 'radicular-pain', 'pain-character', 'breast-lump',
  'breast-shape-change', 'breast-skin-change', 'nipple-discharge', 'nipple-retraction', 'bladder-or-bowel-change',
  'faecal-incontinence', 'urinary-incontinence', 'urinary-retention', 'saddle-numbness', 'sensory-loss', 'limb-weakness',
  'hemiplegia', 'focal-brain-sign', 'brain-sign-with-headache', 'gait-difficulty', 'fatigue', 'fever', 'headache', 'seizure', 'dyspnoea', 'jaundice', 'nausea-or-vomiting', 'weight-loss',
  'hypercalcaemia-symptom', 'skin-change'];

export const GROUPS = [
  ['problems', 'Problems'],
  ['symptoms', 'Symptoms and signs'],
  ['results', 'Observations and results'],
  ['reports', 'Imaging and reports'],
  ['procedures', 'Procedures'],
  ['orders', 'Orders and referrals'],
  ['medicines', 'Medicines'],
  ['answers', 'Questionnaires, messages, risk'],
  ['visits', 'Visits'],
];

const BY_TYPE = {
  Observation: 'results', DiagnosticReport: 'reports', ImagingStudy: 'reports', Procedure: 'procedures',
  ServiceRequest: 'orders', Appointment: 'orders', MedicationRequest: 'medicines', MedicationStatement: 'medicines',
  MedicationAdministration: 'medicines', QuestionnaireResponse: 'answers', RiskAssessment: 'answers',
  Communication: 'answers', Encounter: 'visits', CareTeam: 'visits',
};

/** The types of resource that a group tells. */
export const typesOf = group => [...Object.keys(BY_TYPE).filter(type => BY_TYPE[type] === group),
  ...(group === 'problems' ? ['Condition'] : group === 'symptoms' ? ['Condition', 'Observation'] : [])];

/** Groups without which a reader would think that nothing is so, although nothing was asked. */
export const EXPECTED = ['problems', 'results', 'reports', 'procedures', 'orders', 'medicines'];

/**
 * @return facts, the latest first: {ref, type, group, title, detail, when, about, end, at, status, void, sets, resource}; `about`
 *   where the date is reckoned from an age
 */
export function facts(resources, knowledge) {
  const born = resources.find(r => r.resourceType === 'Patient')?.birthDate;
  const medicines = new Map(resources.filter(r => r.resourceType === 'Medication').map(r => [fhir.ref(r), r]));
  return resources
    .map(r => fact(r, knowledge, born, medicine(r, medicines)))
    .filter(Boolean)
    .sort((a, b) => (b.at || 0) - (a.at || 0) || a.title.localeCompare(b.title));
}

/** What is taken: by code, or by a Medication within the entry or beside it. */
function medicine(r, medicines) {
  if (r.medicationCodeableConcept) return r.medicationCodeableConcept;
  const reference = r.medicationReference?.reference;
  if (!reference) return undefined;
  const held = reference.startsWith('#')
    ? r.contained?.find(c => c.id === reference.slice(1))
    : medicines.get(reference.split('/').slice(-2).join('/').split('|')[0]);
  return held?.code;
}

function concepts(r, taken) {
  return [
    r.code, taken, r.valueCodeableConcept, r.vaccineCode,
    ...(r.type && Array.isArray(r.type) ? r.type : []), ...(r.reasonCode ?? []), ...(r.conclusionCode ?? []),
    ...(r.category && r.resourceType === 'Communication' ? r.category : []), r.serviceType,
    ...(r.component ?? []).flatMap(c => [c.code, c.valueCodeableConcept]),
  ].flat().filter(Boolean);
}

function fact(r, knowledge, born, taken) {
  const sets = setsOf(knowledge, concepts(r, taken));
  const group = r.resourceType === 'Condition' || r.resourceType === 'Observation'
    ? symptom(sets) ? 'symptoms' : BY_TYPE[r.resourceType] ?? 'problems'
    : BY_TYPE[r.resourceType];
  if (!group) return null;
  const {key, text: written, end} = fhir.dated(r);
  const about = !written && key ? yearOf(r[key], born, r.recordedDate) : '';
  const text = written || about;
  return {
    ref: fhir.ref(r), type: r.resourceType, group, resource: r,
    title: title(r, taken), detail: detail(r), dateKey: key, when: text, about: Boolean(about), end, at: fhir.moment(text),
    status: fhir.statusOf(r), void: fhir.isVoid(r), sets, negative: isNegative(r, group, knowledge), short: short(r),
  };
}

/** An observation that says no: a lump that was looked for and not found must not look like a lump. */
function isNegative(r, group, knowledge) {
  if (r.resourceType !== 'Observation') return false;
  if (r.valueBoolean === false) return true;
  const said = setsOf(knowledge, [r.valueCodeableConcept]);
  if (said.has('negative-answer') || said.has('absent-answer')) return true;
  return group === 'symptoms' && (r.valueQuantity?.value === 0 || r.valueInteger === 0);
}

/** What has to stand beside a title wherever it is shown: the value, or that a diagnosis is not certain. */
function short(r) {
  const certainty = fhir.codings(r.verificationStatus)[0]?.code;
  if (['provisional', 'differential', 'unconfirmed'].includes(certainty)) return certainty;
  return r.resourceType === 'Observation' ? fhir.value(r) : '';
}

const symptom = sets => SYMPTOMS.some(s => sets.has(s));

function title(r, taken) {
  switch (r.resourceType) {
    case 'Encounter':
      return fhir.words(r.type?.[0]) || r.class?.display || 'Visit';
    case 'MedicationRequest':
    case 'MedicationStatement':
    case 'MedicationAdministration':
      return fhir.words(taken) || r.medicationReference?.display || (r.medicationReference?.reference
        ? `Medicine ${r.medicationReference.reference}, which is not in this chart` : 'Medicine without a name');
    case 'QuestionnaireResponse':
      return r._questionnaire?.extension?.[0]?.valueString ?? r.questionnaire?.split('/').at(-1) ?? 'Questionnaire';
    case 'Appointment':
      return fhir.words(r.serviceType?.[0]) || r.description || 'Appointment';
    case 'Communication':
      return fhir.words(r.category?.[0]) || 'Message';
    case 'CareTeam':
      return r.name ?? 'Care team';
    case 'RiskAssessment':
      return fhir.words(r.method) || fhir.words(r.code) || 'Risk assessment';
    default:
      return fhir.words(r.code) || `${r.resourceType} without a code`;
  }
}

function detail(r) {
  const parts = [];
  switch (r.resourceType) {
    case 'Observation':
      parts.push(fhir.value(r), ...(r.component ?? []).map(c => `${fhir.words(c.code)}: ${fhir.value(c)}`));
      parts.push(fhir.words(r.interpretation?.[0]));
      break;
    case 'Condition':
      parts.push(!r.onsetDateTime && !r.onsetPeriod && onset(r), fhir.words(r.severity), ...(r.bodySite ?? []).map(fhir.words),
        ...(r.stage ?? []).map(s => fhir.words(s.summary)),
        r.abatementDateTime && `until ${fhir.date(r.abatementDateTime)}`);
      break;
    case 'DiagnosticReport':
      parts.push(r.conclusion, ...(r.conclusionCode ?? []).map(fhir.words));
      break;
    case 'Procedure':
      parts.push(r.performedAge && time(r, 'performed').words, ...(r.bodySite ?? []).map(fhir.words), fhir.words(r.outcome), fhir.words(r.statusReason));
      break;
    case 'ServiceRequest':
      parts.push(r.doNotPerform ? 'not to be done' : '', r.priority, ...(r.reasonCode ?? []).map(fhir.words));
      break;
    case 'MedicationRequest':
    case 'MedicationStatement':
    case 'MedicationAdministration':
      parts.push([r.dosageInstruction, r.dosage].flat().filter(Boolean).map(d => d.text).filter(Boolean).join('; '));
      break;
    case 'Encounter':
      parts.push(...(r.reasonCode ?? []).map(fhir.words));
      break;
    case 'RiskAssessment':
      parts.push(...(r.prediction ?? []).map(p =>
        [fhir.words(p.outcome), p.probabilityDecimal !== undefined && `${p.probabilityDecimal} %`].filter(Boolean).join(' ')));
      break;
    case 'QuestionnaireResponse':
      parts.push(...answers(r.item ?? []));
      break;
    case 'CareTeam':
      parts.push(...(r.participant ?? []).map(p => [fhir.words(p.role?.[0]), p.member?.display].filter(Boolean).join(' ')));
      break;
  }
  return parts.filter(Boolean).join(' · ');
}

/** When it began, where that is no date; the date shown is then that of writing, unless it follows from an age. */
function onset(r) {
  const told = time(r, 'onset');
  return told && `${told.words}${r.onsetAge || !r.recordedDate ? '' : ', dated by its recording'}`;
}

function answers(items) {
  return items.flatMap(i => [
    ...(i.answer ?? []).flatMap(a => [`${i.text ?? i.linkId}: ${fhir.value(a)}`, ...answers(a.item ?? [])]),
    ...answers(i.item ?? []),
  ]);
}
