// Says that what is on the page answers an earlier question, for as long as the newer one is under way.

import {html, nothing} from '../lib/lit-html/lit-html.js';
import {evaluate} from '../actions.js';
import {isEarlier, state} from '../store.js';

/** Beside the head of answers; goes along when they are scrolled. */
export const earlier = () => (!isEarlier() ? nothing : html`<p class="earlier"><span aria-hidden="true">↻</span>
  ${state.evaluating ? 'Earlier answers; asking again…' : html`Earlier answers. <button @click=${evaluate}>Ask again</button>`}</p>`);

/** Before the words of one answer. */
export const earlierTag = () => (isEarlier() ? html`<span class="tag earlier-tag">Earlier answer</span> ` : nothing);
