// What a dropped request leaves to the service, and what the service takes instead.

import {get, search} from './api.js';
import * as fhir from './fhir.js';
import {fill, typeOf} from './prefetch.js';

const everywhere = type => `${type}?patient={{context.patientId}}`;

/** Whether a request answers a template: by the same one, or by all of its type. */
const answers = (sent, template) => sent.has(template) || sent.has(everywhere(typeOf(template)));

/** The templates of a hook's services with their keys: [[key, template]]. */
const templatesOf = (discovery, hook) => discovery.filter(e => e.hook === hook).flatMap(e => Object.entries(e.prefetch ?? {}));

/** What is not known of the data that the service takes for itself, said where that data would stand. */
export const INSTEAD = {
  store: 'Not in the request: as the service’s store has it.',
  server: 'Not in the request, and the service may ask its FHIR server: not known here.',
  nobody: 'Not in the request, nor is this patient in the service’s store: not known.',
  unread: 'Not in the request, and the service’s store could not be read: not known here.',
};

/**
 * The chart of a request, with what the service's store holds for the keys that it leaves out or sends as null.
 *
 * @return the chart with `sent`, the templates that the request answers, and `stand` if it leaves any to the service: {from: a key of
 *   INSTEAD, keys: [{key, type}], refs of the store's resources}
 */
export async function completed(chart, discovery) {
  const own = templatesOf(discovery, chart.request.hook);
  const sent = new Set(own.filter(([key]) => chart.request.prefetch?.[key] != null).map(([, template]) => template));
  const lacking = own.filter(([, template]) => !answers(sent, template));
  if (!lacking.length) return {...chart, sent};
  const keys = [...new Map(lacking.map(([key, template]) => [key, {key, type: typeOf(template)}])).values()];
  const {from, resources} = chart.request.fhirServer ? {from: 'server', resources: []} : await stored(chart.id);
  const types = new Set(own.map(([, template]) => typeOf(template)));
  const taken = resources.filter(r => (types.has(r.resourceType) ? isAskedBy(lacking, r, chart.id) : true))
    .filter(r => !chart.resources.some(own_ => fhir.ref(own_) === fhir.ref(r)));
  return {...chart, sent, stand: {from, keys, refs: new Set(taken.map(fhir.ref))}, resources: [...chart.resources, ...taken]};
}

async function stored(id) {
  try {
    const found = await get(`fhir/Patient?_id=${encodeURIComponent(id)}`);
    if (!found.entry?.length) return {from: 'nobody', resources: []};
    return {from: 'store', resources: await search(`fhir/Patient/${encodeURIComponent(id)}/$everything?_count=200`)};
  } catch {
    return {from: 'unread', resources: []};
  }
}

function isAskedBy(templates, resource, id) {
  return templates.some(([key, template]) => {
    const found = fill({[key]: template}, [resource], id)[key];
    return found?.resourceType === 'Bundle' ? found.entry.length : Boolean(found);
  });
}

/** The keys under which a new resource would hide what the service takes itself and this page does not know. */
export function hides(chart, discovery, hook, resource) {
  if (!chart.stand || chart.stand.from === 'store') return [];
  const left = [...templatesOf(discovery, chart.request.hook), ...templatesOf(discovery, hook)]
    .filter(([, template]) => !answers(chart.sent, template));
  return [...new Set(left.filter(entry => isAskedBy([entry], resource, chart.id)).map(([key]) => key))];
}

/** Of an entry's templates those that the request answers, for another hook than its own. */
export const answered = (chart, templates) =>
  Object.fromEntries(Object.entries(templates ?? {}).filter(([, template]) => answers(chart.sent ?? new Set(), template)));
