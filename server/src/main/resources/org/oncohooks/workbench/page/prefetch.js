// Fills the prefetch templates of discovery from the resources at hand, as an EHR would.

const ELEMENTS = {code: 'code', category: 'category', 'service-type': 'serviceType'};

export function fill(templates, resources, patientId) {
  const filled = {};
  for (const [key, template] of Object.entries(templates ?? {})) {
    const query = template.replaceAll('{{context.patientId}}', patientId);
    filled[key] = answer(query, resources);
  }
  return filled;
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
    (concept.coding ?? []).some(c => wanted.has(c.code) || wanted.has(`${c.system}|${c.code}`)));
}
