// Fills the prefetch templates of discovery from the resources at hand, as an EHR would.

import {ref} from './fhir.js';

const ELEMENTS = {code: 'code', category: 'category', 'service-type': 'serviceType'};

/** The type of resource that a template asks for. */
export const typeOf = template => template.split(/[?/]/)[0];

export function fill(templates, resources, patientId) {
  const filled = {};
  for (const [key, template] of Object.entries(templates ?? {})) {
    const query = template.replaceAll('{{context.patientId}}', patientId);
    filled[key] = answer(query, resources);
  }
  return filled;
}

/**
 * A prefetch with what was edited in the chart: removed, changed, added. What it leaves out stays out, unless something edited belongs
 * there: then all that the store has for that key goes along, because a key that is sent stands in the store's place.
 *
 * @param prefetch as it was before the edits
 * @param stored references of the chart's resources that are the store's, not the prefetch's
 */
export function amend(prefetch, templates, {original, resources, id}, stored) {
  const now = new Map(resources.map(r => [ref(r), r]));
  const was = new Map(original.map(r => [ref(r), r]));
  const edited = resources.filter(r => was.get(ref(r)) !== r);
  const amended = {};
  for (const [key, value] of Object.entries(prefetch)) {
    amended[key] = value?.resourceType === 'Bundle'
      ? {...value, entry: (value.entry ?? []).filter(e => !e?.resource || now.has(ref(e.resource)))
        .map(e => (e?.resource ? {...e, resource: now.get(ref(e.resource))} : e))}
      : value?.resourceType ? now.get(ref(value)) ?? null : value;
  }
  const sent = Object.fromEntries(Object.entries(templates ?? {}).filter(([key]) => prefetch[key]));
  for (const [key, found] of Object.entries(fill(sent, edited, id))) {
    if (found?.resourceType !== 'Bundle') {
      if (found) amended[key] = found;
      continue;
    }
    const held = new Set((amended[key]?.entry ?? []).map(e => e?.resource && ref(e.resource)));
    const lacking = found.entry.filter(e => !held.has(ref(e.resource)));
    if (lacking.length) amended[key] = {...(amended[key] ?? found), entry: [...(amended[key]?.entry ?? []), ...lacking]};
    // what was sent in part stays so
    if (amended[key]?.total !== undefined) amended[key].total += amended[key].entry.length - (prefetch[key].entry ?? []).length;
  }
  const left = Object.fromEntries(Object.entries(templates ?? {}).filter(([key]) => !prefetch[key]));
  const before = fill(left, original.filter(r => stored.has(ref(r))), id);
  const after = fill(left, resources.filter(r => stored.has(ref(r)) || !was.has(ref(r))), id);
  for (const key of Object.keys(left)) {
    if (!isSame(before[key], after[key])) amended[key] = after[key];
  }
  return amended;
}

/** Edits put new resources in the place of old ones. */
const isSame = (a, b) => (a?.resourceType !== 'Bundle' ? a === b
  : a.entry.length === b.entry.length && a.entry.every((e, i) => e.resource === b.entry[i].resource));

function answer(query, resources) {
  const [type, parameters] = query.split('?');
  if (parameters === undefined) {
    const [resourceType, id] = type.split('/');
    return resources.find(r => r.resourceType === resourceType && r.id === id) ?? null;
  }
  const tests = [...new URLSearchParams(parameters)].flatMap(([name, value]) =>
    ELEMENTS[name] ? [tokenTest(ELEMENTS[name], value.split(','))] : []);
  const entry = resources
    .filter(r => r.resourceType === type && tests.every(test => test(r)))
    .map(resource => ({resource}));
  return {resourceType: 'Bundle', type: 'searchset', total: entry.length, entry};
}

function tokenTest(element, tokens) {
  const wanted = new Set(tokens);
  return resource => [resource[element] ?? []].flat().some(concept =>
    [concept?.coding ?? []].flat().some(c => c && (wanted.has(c.code) || wanted.has(`${c.system}|${c.code}`))));
}
