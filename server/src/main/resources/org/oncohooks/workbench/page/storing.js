// Puts a chart into the service's store in parts of moderate size; what can't be stored is refused alone, and named.

import {ApiError, exchange, search} from './api.js';
import * as fhir from './fhir.js';

const MOST_ENTRIES = 200;
const MOST_BYTES = 1024 * 1024;
const TRIES = 6;
const IDS = 100;

/** Lists of resources, none of which is more than one request should hold; a resource that is larger stands alone. */
function parts(resources) {
  const found = [];
  let size = Infinity;
  for (const resource of resources) {
    const bytes = JSON.stringify(resource).length;
    if (size + bytes > MOST_BYTES || found.at(-1).length >= MOST_ENTRIES) {
      found.push([]);
      size = 0;
    }
    found.at(-1).push(resource);
    size += bytes;
  }
  return found;
}

/** What the store holds under the references of some resources, by reference. */
async function held(resources) {
  const types = new Map();
  for (const {resourceType, id} of resources) {
    // what is no id or type is refused when it is stored
    if (/^[A-Za-z]+$/.test(resourceType) && /^[A-Za-z0-9.-]{1,64}$/.test(id)) {
      if (!types.has(resourceType)) types.set(resourceType, []);
      types.get(resourceType).push(id);
    }
  }
  const found = [];
  for (const [type, ids] of types) {
    try {
      for (let i = 0; i < ids.length; i += IDS) found.push(...await search(`fhir/${type}?_count=200&_id=${ids.slice(i, i + IDS).join(',')}`));
    } catch (e) {
      // a type that the store does not keep
      if (!(e instanceof ApiError && e.status === 404)) throw e;
    }
  }
  return new Map(found.map(r => [fhir.ref(r), r]));
}

/**
 * What of a chart must not be stored, because it would stand in the place of another patient's data or be added to them.
 *
 * @param id of the chart's patient
 * @return {free: the other resources, refused: [{ref, why}], replaced: how many of this patient's the store has under the same ids,
 *   patient: the store's Patient of this id, if it has one}; throws what the store answered if it can't be read
 */
export async function inTheWay(resources, id) {
  // a request may leave the Patient out
  const there = await held([...resources, {resourceType: 'Patient', id}]);
  const refused = new Map();
  for (const resource of resources) {
    const ref = fhir.ref(resource);
    const why = stranger(resource, id) || keeps(there.get(ref), resource, id);
    if (why) refused.set(ref, why);
  }
  const free = resources.filter(r => !refused.has(fhir.ref(r)));
  return {free, refused: [...refused].map(([ref, why]) => ({ref, why})),
    replaced: free.filter(r => there.has(fhir.ref(r))).length, patient: there.get(`Patient/${id}`)};
}

const patientOf = resource => (resource.resourceType === 'Patient' ? resource.id : fhir.whose(resource));

function stranger(resource, id) {
  const whose = patientOf(resource);
  return whose && whose !== id ? `Not stored, because about Patient/${whose} and not Patient/${id}.` : '';
}

function keeps(stored, resource, id) {
  if (!stored) return '';
  const whose = patientOf(stored);
  if (whose) return whose === id ? '' : `The store has this id already for a resource about Patient/${whose}, which stays as it is.`;
  return content(stored) === content(resource) ? '' : 'The store has this id already with another content, which other patients’ data may refer to; it stays as it is.';
}

/** Without what the store adds, and whatever the order of members. */
function content({meta, ...resource}) {
  return JSON.stringify(resource, (key, value) => (value && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value));
}

/**
 * Each resource as a PUT of its type and id, so that the same again changes nothing.
 *
 * @param onProgress told how many resources have been answered
 * @return {stored, refused: [{ref, why}], broken: why the rest was not sent, '' if all was}
 */
export async function store(resources, onProgress) {
  const result = {stored: 0, refused: [], broken: ''};
  const queue = parts(resources);
  while (queue.length && !result.broken) {
    const part = queue.shift();
    const done = await put(part);
    if (done.status === 200) take(done.json, part, result);
    else if (![400, 404, 409, 412, 413, 422].includes(done.status)) result.broken = why(done);
    else if (part.length === 1) result.refused.push({ref: fhir.ref(part[0]), why: why(done)});
    // one of them makes the whole request unreadable
    else queue.unshift(part.slice(0, part.length / 2), part.slice(part.length / 2));
    onProgress(result.stored + result.refused.length);
  }
  return result;
}

/** All at once, which is quicker; each for itself if one is refused. */
async function put(part) {
  const entry = part.map(resource => ({resource, request: {method: 'PUT', url: fhir.ref(resource)}}));
  const done = await send({resourceType: 'Bundle', type: 'transaction', entry});
  return done.status === 200 || !(done.status >= 400 && done.status < 500) ? done : send({resourceType: 'Bundle', type: 'batch', entry});
}

async function send(bundle) {
  let done;
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    done = await exchange('POST', 'fhir', bundle);
    if (done.status !== 503 || attempt === TRIES) break;
    await new Promise(resolve => setTimeout(resolve, 700 * attempt));
  }
  return done;
}

function take(answer, part, result) {
  part.forEach((resource, i) => {
    const {status = '', outcome} = answer.entry?.[i]?.response ?? {};
    if (status.startsWith('2')) result.stored++;
    else result.refused.push({ref: fhir.ref(resource), why: outcome?.issue?.[0]?.diagnostics ?? `The service answered ${status || 'nothing'}.`});
  });
}

const why = done => done.json?.issue?.[0]?.diagnostics ?? (done.status ? `The service answered ${done.status}.` : 'The service can’t be reached.');
