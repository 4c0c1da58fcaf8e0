// What the served content says about itself: value sets, settings, programmes, recommendations, all read from /fhir.

import {get, search} from './api.js';

const ICD = 'icd-10-cm';

const plain = code => String(code ?? '').replace('.', '').toUpperCase();

/** Loads everything that the page needs of the content; one object, read once. */
export async function load() {
  // one after the other: the FHIR face works on few requests at once, and the chart is waiting too
  const libraries = await search('fhir/Library?_count=200');
  const programmes = await get('fhir/CodeSystem/screening-programme').catch(() => null);
  const valueSets = await search('fhir/ValueSet?_count=200');
  const plans = await search('fhir/PlanDefinition?_count=200');
  const activities = await search('fhir/ActivityDefinition?_count=200');
  return {
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

/** Which value sets hold a code: by system|code, and by prefix for whole ICD-10 categories. */
function index(valueSets) {
  const codes = new Map();
  const prefixes = [];
  const add = (key, set) => (codes.get(key) ?? codes.set(key, new Set()).get(key)).add(set);
  for (const set of valueSets) {
    const contains = set.expansion?.contains ?? [];
    for (const c of contains) {
      add(`${c.system}|${c.code}`, set.id);
      if (c.system?.endsWith(ICD)) add(`${c.system}|${plain(c.code)}`, set.id);
    }
    for (const include of set.compose?.include ?? []) {
      for (const filter of include.filter ?? []) {
        if (filter.op === 'is-a') prefixes.push({system: include.system, prefix: plain(filter.value), set});
      }
    }
  }
  return {codes, prefixes, titles: new Map(valueSets.map(s => [s.id, s.title ?? s.name])),
    sets: new Map(valueSets.map(s => [s.id, s]))};
}

/** Ids of the value sets that one of these concepts is in: what the rules may see in it. */
export function setsOf(knowledge, concepts) {
  const found = new Set();
  for (const concept of concepts.filter(Boolean)) {
    for (const {system, code} of concept.coding ?? []) {
      for (const key of [`${system}|${code}`, `${system}|${plain(code)}`]) {
        for (const set of knowledge?.concepts.codes.get(key) ?? []) found.add(set);
      }
      for (const {system: s, prefix, set} of knowledge?.concepts.prefixes ?? []) {
        if (s === system && plain(code).startsWith(prefix)) found.add(set.id);
      }
    }
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
