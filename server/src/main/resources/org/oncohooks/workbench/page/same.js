// Whether two answers of a service say the same: all that a clinician reads or can accept, and not only the headline.

/** Parts of a card by the words for them; what each call makes anew (ids, the moment of the order) is left out. */
const PARTS = [
  ['details', c => c.detail],
  ['urgency', c => c.indicator],
  ['source', c => [c.source?.label, c.source?.url]],
  ['links', c => c.links],
  ['suggestions', c => [c.selectionBehavior, (c.suggestions ?? []).map(s => [s.label, s.isRecommended, (s.actions ?? []).map(action)])]],
  ['reasons to override', c => (c.overrideReasons ?? []).map(r => [r.code, r.display])],
];

function action({resource, ...rest}) {
  const {id, authoredOn, ...order} = resource ?? {};
  return [rest, order];
}

const text = value => JSON.stringify(value ?? null);
const whole = card => text([card.summary, ...PARTS.map(([, part]) => part(card))]);

/** What an answer holds beside cards that a reader would take for silence. */
const silences = result => (result.about.suppressed ?? []).map(s => `Not repeated: ${s.title}`);

/**
 * What one service's answer has and the other's has not.
 *
 * @return {gone, added, altered: [{summary, parts}], unanswered: why it can't be compared}, or null if they say the same
 */
export function difference(was, is) {
  const failed = [was, is].filter(r => !r || r.failed).map(r => r?.failed ?? 'not asked');
  if (failed.length) return {gone: [], added: [], altered: [], unanswered: failed[0]};
  const gone = without(was.cards, is.cards);
  const added = without(is.cards, was.cards);
  const altered = [];
  for (const card of [...gone]) {
    const other = added.find(c => c.summary === card.summary);
    if (!other) continue;
    gone.splice(gone.indexOf(card), 1);
    added.splice(added.indexOf(other), 1);
    altered.push({summary: card.summary, parts: PARTS.filter(([, part]) => text(part(card)) !== text(part(other))).map(([word]) => word)});
  }
  const found = {
    gone: [...gone.map(c => c.summary), ...silences(was).filter(s => !silences(is).includes(s))],
    added: [...added.map(c => c.summary), ...silences(is).filter(s => !silences(was).includes(s))],
    altered, unanswered: '',
  };
  return found.gone.length || found.added.length || altered.length ? found : null;
}

/** The cards of a list that have no equal in the other one. */
function without(cards, others) {
  const left = others.map(whole);
  return cards.filter(card => {
    const i = left.indexOf(whole(card));
    if (i >= 0) left.splice(i, 1);
    return i < 0;
  });
}
