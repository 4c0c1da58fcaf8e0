// Makes a chart of what a person drops on the page: a Bundle, a single patient's resources, or a CDS Hooks request.

import * as fhir from './fhir.js';
import {uuid} from './hooks.js';

const MOST = 50 * 1024 * 1024;

/** @return {id, source, resources, others, strange, request} or throws an Error that says what to do */
export async function readFile(file) {
  if (file.size > MOST) throw new Error('The file is larger than 50 MB. Load it with “oncohooks load” instead.');
  return read(await file.text(), file.name);
}

export function read(text, label) {
  let json;
  try {
    json = JSON.parse(text);
  } catch (e) {
    throw new Error(`${label} is not JSON: ${e.message}. Drop a FHIR Bundle or a CDS Hooks request.`);
  }
  if (json?.resourceType === 'Bundle') return ofBundle(json, label);
  if (json?.hook && json.context) return ofRequest(json, label);
  throw new Error(`${label} is neither a FHIR Bundle nor a CDS Hooks request (an object with “hook” and “context”).`);
}

function ofBundle(bundle, label) {
  const {entries, leftOut} = entriesOf(bundle, label);
  const resources = linked(entries);
  const patients = resources.filter(r => r.resourceType === 'Patient');
  if (!patients.length) throw new Error(`${label} holds no Patient. Drop a Bundle with one patient’s resources.`);
  const id = patients[0].id;
  const others = patients.filter(p => p.id !== id);
  const mine = resources.filter(r => (r.resourceType === 'Patient' ? r.id === id : !isStrange(r, id)));
  const strange = resources.filter(r => isStrange(r, id)).map(r => ({ref: fhir.ref(r), whose: fhir.whose(r)}));
  return {id, source: 'bundle', label, bundle, others: others.length, strange, leftOut, resources: mine};
}

/** Entries with a resource, and how many have none. */
function entriesOf(bundle, label) {
  const all = bundle.entry ?? [];
  if (!Array.isArray(all)) throw new Error(`${label} is no FHIR Bundle: its “entry” is not a list.`);
  const entries = all.filter(e => typeof e?.resource?.resourceType === 'string');
  return {entries, leftOut: all.length - entries.length};
}

/** `request` is as it came; in `prefetch` each resource has an id, and `made` holds the references of those that had none. */
function ofRequest(request, label) {
  const id = String(request.context.patientId ?? '').replace(/^Patient\//, '');
  const resources = [];
  const made = new Set();
  let leftOut = 0;
  const named = resource => {
    const whole = resource.id ? resource : {...resource, id: `made-${uuid()}`};
    if (!resource.id) made.add(`${whole.resourceType}/${whole.id}`);
    resources.push(whole);
    return whole;
  };
  const prefetch = {};
  for (const [key, value] of Object.entries(request.prefetch ?? {})) {
    prefetch[key] = value;
    if (value?.resourceType === 'Bundle') {
      const found = entriesOf(value, label);
      leftOut += found.leftOut;
      prefetch[key] = {...value, entry: (value.entry ?? []).map(e => (typeof e?.resource?.resourceType === 'string' ? {...e, resource: named(e.resource)} : e))};
    } else if (value?.resourceType) prefetch[key] = named(value);
  }
  const once = new Map(resources.map(r => [`${r.resourceType}/${r.id}`, r]));
  return {id, source: 'request', label, request, prefetch, made, others: 0, leftOut, resources: [...once.values()]};
}

/** Entries of a transaction refer to each other by urn:uuid; gives each resource an id and rewrites the references. */
function linked(entries) {
  const places = new Map();
  for (const {fullUrl, resource} of entries) {
    resource.id ??= String(fullUrl ?? '').split(/[:/]/).at(-1) || crypto.getRandomValues(new Uint32Array(2)).join('-');
    if (fullUrl) places.set(fullUrl, `${resource.resourceType}/${resource.id}`);
  }
  const visit = node => {
    if (!node || typeof node !== 'object') return;
    if (typeof node.reference === 'string' && places.has(node.reference)) node.reference = places.get(node.reference);
    Object.values(node).forEach(visit);
  };
  entries.forEach(e => visit(e.resource));
  return entries.map(e => e.resource);
}

/** About another patient; what is nobody's, such as a practitioner, is not. */
const isStrange = (resource, id) => resource.resourceType !== 'Patient' && Boolean(fhir.whose(resource)) && fhir.whose(resource) !== id;
