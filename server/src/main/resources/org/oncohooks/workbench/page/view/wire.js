// What went over the wire: request and response, timing, and the same call for a terminal.

import {html, nothing} from '../lib/lit-html/lit-html.js';
import {guard} from '../lib/lit-html/directives/guard.js';
import {change, say, state} from '../store.js';

const MOST_SHOWN = 200_000;
const STEPS = [['built', 'built here'], ['queued', 'queued and sent'], ['waited', 'waited for the service'], ['received', 'received'], ['whole', 'in all']];

export function wireView() {
  const list = state.exchanges;
  if (!list.length) return html`<p class="hint">Nothing was sent yet.</p>`;
  const chosen = list.includes(state.chosenExchange) ? state.chosenExchange : list[0];
  return html`<div class="columns why">
    <section aria-labelledby="calls-head"><h2 id="calls-head">Calls</h2>
      <ol class="calls">${list.map(x => html`<li><button class="call" aria-pressed=${x === chosen ? 'true' : 'false'}
        @click=${() => change(s => (s.chosenExchange = x))}><span><strong>${x.status || 'no answer'}</strong> ${x.title}</span>
        <span class="hint">${x.sent?.context?.patientId ? `${x.sent.context.patientId} · ` : ''}${x.hook} · ${ms(x.steps.whole)} · ${size(x.bytesOut)} out, ${size(x.bytesIn)} in</span></button></li>`)}</ol>
      <p><a href="cds-services" target="_blank" rel="noopener">Discovery</a> · <a href="fhir/metadata" target="_blank" rel="noopener">FHIR capabilities</a></p>
    </section>
    <div>
      <section aria-labelledby="one-head">
        <h2 id="one-head">${chosen.method} /${chosen.path}</h2>
        <table class="steps-table"><caption class="unseen">Time of each step</caption><tbody>${STEPS.filter(([k]) => chosen.steps[k] !== undefined).map(([k, words]) =>
          html`<tr><th scope="row">${words}</th><td>${ms(chosen.steps[k])}</td></tr>`)}</tbody></table>
        ${chosen.sent?.fhirAuthorization ? html`<p class="hint"><strong>The request holds an access token.</strong> It is not shown here, but it is in what you copy: paste that nowhere public.</p>` : nothing}
        <p class="hint">As this browser measured it. The service’s own log line has the CPU time.</p>
        <p class="buttons"><button @click=${() => copy(curl(chosen), 'curl command')}>Copy as curl</button>
          <button @click=${() => copy(JSON.stringify(chosen.sent, null, 2), 'request')}>Copy the request</button>
          <button @click=${() => copy(chosen.text, 'response')}>Copy the response</button></p>
      </section>
      ${prefetch(chosen)}
      ${json('Request', hidden(chosen.sent))}
      ${json('Response', chosen.json ?? chosen.text)}
      <details><summary>As curl</summary>${guard([chosen], () =>
        html`<pre class="json" tabindex="0" aria-label="curl command">${cut(curl({...chosen, sent: hidden(chosen.sent)}))}</pre>`)}</details>
    </div></div>`;
}

const ms = n => (n === undefined ? '' : `${n < 10 ? n.toFixed(1) : Math.round(n)} ms`);
const size = n => (n < 1024 ? `${n} B` : n < 1048576 ? `${Math.round(n / 1024)} KB` : `${(n / 1048576).toFixed(1)} MB`);
const cut = text => (text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}\n… ${size(text.length - MOST_SHOWN)} more; copy it to see all` : text);

/** The request without the token by which the EHR's data can be read: pages are shown to others. */
function hidden(sent) {
  if (!sent?.fhirAuthorization) return sent;
  const known = without.get(sent) ?? {...sent, fhirAuthorization: {...sent.fhirAuthorization, access_token: '(not shown)'}};
  without.set(sent, known);
  return known;
}
const without = new WeakMap();

function prefetch(x) {
  const sent = x.sent?.prefetch;
  const asked = state.discovery?.find(e => x.path.endsWith(`/${e.id}`) && e.hook === x.sent?.hook)?.prefetch ?? {};
  const lacking = sent ? Object.keys(asked).filter(key => !(key in sent)) : [];
  const unknown = sent ? Object.keys(sent).filter(key => !(key in asked)) : [];
  if (!x.sent?.hook) return nothing;
  return html`<section aria-labelledby="prefetch-head"><h3 id="prefetch-head">Prefetch as sent</h3>
    ${sent ? html`<ul class="plain prefetch">${Object.entries(sent).map(([key, value]) => html`<li><code>${key}</code>
      ${value === null ? html`<span class="missing">null</span>` : value.resourceType === 'Bundle' ? `${value.entry?.length ?? 0} resources` : value.resourceType}</li>`)}</ul>
      ${lacking.length ? html`<p><strong>Asked for by discovery, but not sent:</strong> ${lacking.map(key => html`<code>${key}</code> `)}
        The service asks the FHIR server or its store for these, and says on the card or in the answer what it could not get.</p>` : nothing}
      ${unknown.length ? html`<p><strong>Sent, but no key of discovery’s:</strong> ${unknown.map(key => html`<code>${key}</code> `)}</p>` : nothing}`
      : html`<p>None: the service reads the patient from its own store.</p>`}</section>`;
}

function json(title, value) {
  return html`<section><h3>${title}</h3>${guard([value], () => html`<pre class="json" tabindex="0" aria-label=${title}>${
    cut(typeof value === 'string' ? value : JSON.stringify(value, null, 2) ?? '')}</pre>`)}</section>`;
}

/** A command takes no longer argument on Linux. */
const LONGEST_ARGUMENT = 100_000;

/** For a POSIX shell: what is within single quotes stays as it is, and so does a document whose end is quoted. */
function curl(x) {
  const url = new URL(x.path, document.baseURI).href;
  if (x.sent === undefined) return `curl -s '${url}'`;
  const body = JSON.stringify(x.sent);
  const head = `curl -s '${url}' \\\n  -H 'Content-Type: application/json' \\\n  `;
  return new Blob([body]).size > LONGEST_ARGUMENT
    ? `${head}--data-binary @- <<'END'\n${body}\nEND\n`
    : `${head}-d '${body.replaceAll("'", "'\\''")}'`;
}

async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    say(`The ${what} is copied.`);
  } catch {
    say(`This browser does not let the page copy; select the ${what} below instead.`);
  }
}
