// What the served content says about itself: value sets, settings, programmes, recommendations, all read from /fhir.

import {get, search} from './api.js';

const ICD = 'http://hl7.org/fhir/sid/icd-10-cm';

const plain = code => code.replaceAll('.', '').toUpperCase();

/** Loads everything that the page needs of the content; one object, read once. */
export async function load() {
  // one after the other: the FHIR face works on few requests at once, and the chart is waiting too
  const libraries = await search('fhir/Library?_count=200');
  const programmes = await get('fhir/CodeSystem/screening-programme').catch(() => null);
  const naming = await search('fhir/NamingSystem?_count=200');
  const valueSets = await search('fhir/ValueSet?_count=200');
  const plans = await search('fhir/PlanDefinition?_count=200');
  const activities = await search('fhir/ActivityDefinition?_count=200');
  return {
    systems: systems(naming),
    concepts: index(valueSets),
    valueSets,
    plans,
    libraries,
    activities,
    settings: settings(libraries),
    types: types(libraries, valueSets),
    programmes: programmeNames(programmes),
  };
}

/** By each other name of a code system the one that the value sets use. */
function systems(naming) {
  const uri = id => (id.type === 'oid' && !id.value.startsWith('urn:oid:') ? `urn:oid:${id.value}` : id.value);
  return new Map(naming.flatMap(({uniqueId = []}) => {
    const preferred = uniqueId.find(id => id.preferred);
    return preferred ? uniqueId.map(id => [uri(id), uri(preferred)]) : [];
  }));
}

/**
 * A coding as the service compares it: the system under the name that the value sets use, no blanks around the code, and
 * ICD-10-CM without its dot.
 */
export function compared(knowledge, {system = '', code}) {
  const preferred = knowledge?.systems.get(system) ?? system;
  const stripped = String(code ?? '').trim();
  return {system: preferred, code: preferred === ICD ? plain(stripped) : stripped};
}

/** Which value sets list a code, by system|code, and which name a whole ICD-10-CM category; the same of what they leave out. */
function index(valueSets) {
  const found = {codes: new Map(), categories: [], excludedCodes: new Map(), excludedCategories: []};
  const add = (codes, categories, id, parts = []) => {
    for (const {system, concept = [], filter = []} of parts) {
      for (const {code} of concept) {
        const key = `${system}|${system === ICD ? plain(code) : code}`;
        (codes.get(key) ?? codes.set(key, new Set()).get(key)).add(id);
      }
      for (const {op, value} of filter) if (op === 'is-a') categories.push({prefix: plain(value), id});
    }
  };
  for (const {id, compose} of valueSets) {
    add(found.codes, found.categories, id, compose?.include);
    add(found.excludedCodes, found.excludedCategories, id, compose?.exclude);
  }
  return {...found, titles: new Map(valueSets.map(s => [s.id, s.title ?? s.name])), sets: new Map(valueSets.map(s => [s.id, s]))};
}

/** Ids of the value sets that one of these concepts is in: what the rules may see in it. */
export function setsOf(knowledge, concepts) {
  const found = new Set();
  if (!knowledge) return found;
  const {codes, categories, excludedCodes, excludedCategories} = knowledge.concepts;
  for (const coding of concepts.filter(Boolean).flatMap(c => c.coding ?? [])) {
    const {system, code} = compared(knowledge, coding);
    const key = `${system}|${code}`;
    const within = list => (system === ICD ? list.filter(c => code.startsWith(c.prefix)).map(c => c.id) : []);
    const excluded = new Set([...(excludedCodes.get(key) ?? []), ...within(excludedCategories)]);
    for (const set of [...(codes.get(key) ?? []), ...within(categories)]) if (!excluded.has(set)) found.add(set);
  }
  return found;
}

export const titleOf = (knowledge, setId) => knowledge?.concepts.titles.get(setId) ?? setId;

/** The CQL of a Library resource. */
export function source(library) {
  const content = library?.content?.find(c => c.contentType === 'text/cql')?.data;
  return content ? new TextDecoder().decode(Uint8Array.from(atob(content), c => c.charCodeAt(0))) : '';
}

/** As which resource types the rules ask the record for each value set: id to types. */
function types(libraries, valueSets) {
  const ids = new Map(valueSets.map(s => [s.url, s.id]));
  const sources = libraries.map(source);
  const names = new Map(sources.flatMap(cql => [...cql.matchAll(/valueset "([^"]+)"\s*:\s*'([^']+)'/g)].map(([, name, url]) => [name, ids.get(url)])));
  const found = new Map();
  for (const [, type, name] of sources.flatMap(cql => [...cql.matchAll(/\[(\w+)\s*:\s*(?:\w+\s+in\s+)?(?:\w+\.)?"([^"]+)"/g)])) {
    const id = names.get(name);
    if (id) found.set(id, (found.get(id) ?? new Set()).add(type));
  }
  return found;
}

/** The parameters of the library Settings: name, type, default, what it says, and the words it takes. */
function settings(libraries) {
  const cql = source(libraries.find(l => l.name === 'Settings'));
  const found = [];
  const pattern = /(?:\/\*\*([\s\S]*?)\*\/\s*)?parameter (\w+) (String|Boolean|Integer|Decimal) default ('[^']*'|[\w.]+)/g;
  for (const [, comment, name, type, value] of cql.matchAll(pattern)) {
    const text = (comment ?? '').replace(/\s*\*\s?/g, ' ').trim();
    const words = type === 'String' ? [...new Set([...text.matchAll(/'([^']+)'/g)].map(m => m[1]))] : [];
    found.push({name, type, value: value.replace(/^'|'$/g, ''), text, words});
  }
  return found;
}

/** [{name, title}] of the screening programmes. */
function programmeNames(codeSystem) {
  const found = new Map();
  for (const concept of codeSystem?.concept ?? []) {
    const property = name => concept.property?.find(p => p.code === name);
    const code = property('programme')?.valueString;
    if (code && !found.has(code)) {
      const name = property('name')?.valueString ?? code;
      const year = /^\d{4}/.exec(property('version')?.valueString ?? '')?.[0];
      found.set(code, year && !name.includes(year) ? `${name} ${year}` : name);
    }
  }
  return [...found].map(([name, title]) => ({name, title}));
}
