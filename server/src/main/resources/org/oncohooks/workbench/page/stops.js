// A figure for the keyboard: one of its marks can be tabbed to, the arrow keys go on from there.

import {change, state} from './store.js';

const APART = 10;

/** What a mark of a figure needs to be a stop; `i` counts the figure's marks from 0. */
export const tabindex = (figure, i, count) => (i === Math.min(state.stops[figure] ?? 0, count - 1) ? '0' : '-1');

/** Follows the focus, wherever it came from. */
export const focused = figure => event => {
  const i = stops(event.currentTarget).indexOf(event.target.closest('[data-stop]'));
  if (i >= 0 && state.stops[figure] !== i) change(s => (s.stops = {...s.stops, [figure]: i}));
};

/** Left and right go through all marks in their order, up and down to the nearest one of another row; Enter and Space click. */
export function pressed(event) {
  const all = stops(event.currentTarget);
  const from = event.target.closest('[data-stop]');
  const i = all.indexOf(from);
  if (i < 0) return;
  if (event.key === 'Enter' || event.key === ' ') {
    event.preventDefault();
    from.dispatchEvent(new MouseEvent('click', {bubbles: true}));
    return;
  }
  const to = {ArrowRight: all[i + 1], ArrowLeft: all[i - 1], Home: all[0], End: all.at(-1),
    ArrowUp: nearest(all, from, -1), ArrowDown: nearest(all, from, 1)}[event.key];
  if (!(event.key.startsWith('Arrow') || event.key === 'Home' || event.key === 'End')) return;
  event.preventDefault();
  to?.focus();
}

const stops = figure => [...figure.querySelectorAll('[data-stop]')];

/** Where a mark itself stands, its words left out. */
function middle(stop) {
  const {x, y, width, height} = (stop.querySelector('.hit') ?? stop).getBoundingClientRect();
  return [x + width / 2, y + height / 2];
}

function nearest(all, from, way) {
  const [x, y] = middle(from);
  const others = all.map(stop => [stop, ...middle(stop)]).filter(([, , there]) => way * (there - y) > APART);
  const row = way * Math.min(...others.map(([, , there]) => way * there));
  return others.filter(([, , there]) => Math.abs(there - row) <= APART)
    .sort((a, b) => Math.abs(a[1] - x) - Math.abs(b[1] - x))[0]?.[0];
}
