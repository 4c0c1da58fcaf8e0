// Talks to the service's public endpoints; every call is timed and kept for the wire view.

/** What the service refused, in its own words. */
export class ApiError extends Error {
  constructor(status, outcome, exchange) {
    const issue = outcome?.issue?.[0];
    super(issue?.diagnostics ?? (status ? `The service answered ${status}.` : 'The service can’t be reached.'));
    this.status = status;
    this.code = issue?.details?.coding?.[0]?.code ?? '';
    this.places = issue?.expression ?? [];
    this.exchange = exchange;
  }
}

const TRIES = 4;

const at = path => new URL(path.replace(/^\//, ''), document.baseURI).href;

/** Steps of a call in milliseconds, as the browser measured them. */
function steps(url, began) {
  const entry = performance.getEntriesByName(url).at(-1);
  const whole = performance.now() - began;
  if (performance.getEntriesByType('resource').length > 150) performance.clearResourceTimings();
  if (!entry?.responseStart || entry.startTime < began - 1) return {whole};
  return {
    queued: entry.requestStart - entry.startTime,
    waited: entry.responseStart - entry.requestStart,
    received: entry.responseEnd - entry.responseStart,
    whole,
  };
}

/**
 * @return {method, path, sent, status, retryAfter, text, json, bytesIn, bytesOut, steps}; also of a refusal
 */
export async function exchange(method, path, body, signal) {
  const url = at(path);
  const sent = body === undefined ? undefined : JSON.stringify(body);
  const began = performance.now();
  let answer, text;
  try {
    answer = await fetch(url, {
      method,
      body: sent,
      signal,
      headers: sent === undefined ? {Accept: 'application/json'} : {'Content-Type': 'application/json'},
    });
    text = await answer.text();
  } catch (e) {
    if (e.name === 'AbortError') throw e;
    return {method, path, sent: body, status: 0, text: '', json: null, bytesOut: sent?.length ?? 0, bytesIn: 0,
      steps: {whole: performance.now() - began}};
  }
  let json = null;
  try {
    json = text ? JSON.parse(text) : null;
  } catch {
    // shown as text
  }
  return {method, path, sent: body, status: answer.status, retryAfter: answer.headers.get('Retry-After'), text, json,
    bytesOut: sent?.length ?? 0, bytesIn: text.length, steps: steps(url, began)};
}

/** Reads that a busy service turned away are asked again, a little later each time. */
async function required(method, path, body, signal) {
  let done;
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    done = await exchange(method, path, body, signal);
    if (done.status !== 503 || method !== 'GET') break;
    await new Promise(resolve => setTimeout(resolve, 700 * attempt));
  }
  if (done.status < 200 || done.status > 299) throw new ApiError(done.status, done.json, done);
  return done.json;
}

export const get = (path, signal) => required('GET', path, undefined, signal);
export const post = (path, body, signal) => required('POST', path, body, signal);

/** All resources that a search finds, page by page, wherever the service thinks its pages are. */
export async function search(path, onPage = () => {}, signal) {
  const found = [];
  for (let next = path; next;) {
    const page = await get(next, signal);
    for (const entry of page.entry ?? []) found.push(entry.resource);
    onPage(found, page.total);
    const link = page.link?.find(l => l.relation === 'next')?.url;
    next = link && link.slice(link.indexOf('/fhir/') + 1);
  }
  return found;
}
