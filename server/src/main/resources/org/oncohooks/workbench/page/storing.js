// Puts a chart into the service's store in parts of moderate size; what can't be stored is refused alone, and named.

import {exchange} from './api.js';
import * as fhir from './fhir.js';

const MOST_ENTRIES = 200;
const MOST_BYTES = 1024 * 1024;
const TRIES = 6;

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
