// Whether a resource has the form that FHIR R4 gives it, as far as the page reads it. What has not is named, not drawn.

/** Elements of each type that are lists of objects. */
const LISTS = {
  Patient: ['name'], Condition: ['category', 'bodySite', 'stage'], Observation: ['category', 'component', 'interpretation'],
  DiagnosticReport: ['category', 'conclusionCode'], ImagingStudy: ['modality', 'procedureCode', 'reasonCode'],
  Procedure: ['bodySite', 'reasonCode'], ServiceRequest: ['category', 'bodySite', 'reasonCode'],
  Appointment: ['serviceType', 'participant', 'reasonCode'], MedicationRequest: ['category', 'dosageInstruction', 'reasonCode'],
  MedicationStatement: ['dosage', 'reasonCode'], MedicationAdministration: ['reasonCode'], QuestionnaireResponse: ['item'],
  RiskAssessment: ['prediction', 'reasonCode'], Communication: ['category', 'reasonCode'], Encounter: ['type', 'reasonCode'],
  CareTeam: ['category', 'participant'], FamilyMemberHistory: ['condition', 'reasonCode'],
};

/** Elements that are lists, objects or strings wherever they stand. */
const LISTS_ANYWHERE = ['coding', 'extension', 'contained'];
const OBJECTS = ['code', 'clinicalStatus', 'verificationStatus', 'relationship', 'sex', 'medicationCodeableConcept'];
const STRINGS = ['reference', 'system', 'display', 'birthDate', 'questionnaire'];

const DEEPEST = 60;

const isObject = value => value !== null && typeof value === 'object' && !Array.isArray(value);

const known = new WeakMap();

/** What is wrong with a resource's form, in words; '' if nothing is. */
export function flaw(resource) {
  if (!known.has(resource)) known.set(resource, ofType(resource) || within(resource, 0));
  return known.get(resource);
}

export const sound = resources => resources.filter(r => !flaw(r));

function ofType(r) {
  for (const name of LISTS[r.resourceType] ?? []) {
    if (name in r && !Array.isArray(r[name])) return `“${name}” is not a list`;
    if (r[name]?.some(element => !isObject(element))) return `“${name}” has an entry that is no object`;
  }
  const wrong = LISTS[r.resourceType] && OBJECTS.find(name => name in r && !isObject(r[name]));
  return wrong ? `“${wrong}” is no object` : '';
}

function within(node, depth) {
  if (depth > DEEPEST) return `it is nested more than ${DEEPEST} deep`;
  for (const [name, value] of Object.entries(node)) {
    if (LISTS_ANYWHERE.includes(name) && !Array.isArray(value)) return `“${name}” is not a list`;
    if (STRINGS.includes(name) && typeof value !== 'string') return `“${name}” is no text`;
    // in a list of texts null keeps the place of what only has extensions
    if (Array.isArray(value) && value.includes(null) && !name.startsWith('_') && !(`_${name}` in node)) return `“${name}” has an empty entry`;
    const found = (Array.isArray(value) ? value : [value]).filter(isObject).map(v => within(v, depth + 1)).find(Boolean);
    if (found) return found;
  }
  return '';
}
