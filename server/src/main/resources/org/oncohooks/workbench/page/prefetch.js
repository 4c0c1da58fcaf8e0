// Fills the prefetch templates of discovery from the resources at hand, as an EHR would.

import {ref} from './fhir.js';

const ELEMENTS = {code: 'code', category: 'category', 'service-type': 'serviceType'};

export function fill(templates, resources, patientId) {
  const filled = {};
  for (const [key, template] of Object.entries(templates ?? {})) {
    const query = template.replaceAll('{{context.patientId}}', patientId);
    filled[key] = answer(query, resources);
  }
  return filled;
}

/**
 * A request's own prefetch with what was edited in the chart: removed, changed, added. A key that it leaves out stays so, unless
 * something edited belongs there.
 */
export function amend(prefetch, templates, {original, resources, id}) {
  const now = new Map(resources.map(r => [ref(r), r]));
  const was = new Map(original.map(r => [ref(r), JSON.stringify(r)]));
  const edited = resources.filter(r => was.get(ref(r)) !== JSON.stringify(r));
  const amended = {};
  for (const [key, value] of Object.entries(prefetch)) {
    amended[key] = value?.resourceType === 'Bundle'
      ? {...value, entry: (value.entry ?? []).filter(e => !e?.resource || now.has(ref(e.resource)))
        .map(e => (e?.resource ? {...e, resource: now.get(ref(e.resource))} : e))}
      : value?.resourceType ? now.get(ref(value)) ?? null : value;
  }
  for (const [key, found] of Object.entries(fill(templates, edited, id))) {
    if (found?.resourceType !== 'Bundle') {
      if (found) amended[key] = found;
      continue;
    }
    const held = new Set((amended[key]?.entry ?? []).map(e => e?.resource && ref(e.resource)));
    const lacking = found.entry.filter(e => !held.has(ref(e.resource)));
    if (lacking.length) amended[key] = {...(amended[key] ?? found), entry: [...(amended[key]?.entry ?? []), ...lacking]};
    if (amended[key]?.total !== undefined) amended[key].total = amended[key].entry.length;
  }
  return amended;
}

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
