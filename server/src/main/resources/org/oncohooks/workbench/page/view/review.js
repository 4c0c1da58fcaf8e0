// Cards beside the chart, as a clinician reviews them.

import {html} from '../lib/lit-html/lit-html.js';
import {isEarlier, state} from '../store.js';
import {answersView} from './cards.js';
import {chartView} from './chart.js';
import {earlier} from './earlier.js';

export function reviewView() {
  return html`<div class="columns review">
    <section class="answers ${isEarlier() ? 'is-earlier' : ''}" aria-labelledby="cards-head" aria-busy=${state.evaluating ? 'true' : 'false'}>
      <div class="row spread answers-head"><h2 id="cards-head" tabindex="-1">Cards</h2>${earlier()}</div>${answersView(state.results)}
    </section>
    <div class="chart">${chartView()}</div>
  </div>`;
}
