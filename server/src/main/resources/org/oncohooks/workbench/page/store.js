// The page's one state, and who is told when it changes.

export const state = {
  route: {view: 'patients', id: '', part: '', service: '', recommendation: ''},
  theme: localStorage.getItem('oncohooks.theme') ?? 'auto',
  said: '',
  failure: null,
  discovery: null,
  knowledge: null,
  contentFailed: false,
  dev: {offered: false, lost: false, version: '', findings: [], cases: null, results: null},
  patients: {list: null, loading: false, total: 0, query: '', shown: 50},
  chart: null,
  setup: null,
  results: null,
  // the chart and the setup that the results are about
  asked: null,
  baseline: null,
  explained: {},
  // the answers whose due dates a person has asked for
  duesAsked: null,
  span: 'all',
  stops: {},
  editing: null,
  // a chart that is put into the store: {id, of, running, done}, then {id, of, stored, refused, broken};
  // in between {id, of, asks: {chart, patient, replaced}} where the store has a patient of this id
  storing: null,
  adding: {kind: 'symptom', set: ''},
  compare: null,
  marked: {title: '', refs: new Set()},
  answered: {},
  exchanges: [],
  glance: null,
  population: {day: '', parameters: {}},
  width: 1000,
  library: '',
  libraryOf: '',
  chosenExchange: null,
  evaluating: false,
};

/** Whether the page is as narrow as a phone; the style sheet has the same bound. */
export const isNarrow = () => state.width <= 620;

/** Whether the answers on the page are to an earlier question: another chart, another setup, or asked anew. */
export const isEarlier = () => Boolean(state.results)
  && (state.evaluating || state.asked?.chart !== state.chart || state.asked?.setup !== state.setup);

let listener = () => {};
let due = false;

export function onChange(f) {
  listener = f;
}

/** Changes the state and has the page drawn once, soon. */
export function change(mutate) {
  mutate(state);
  if (!due) {
    due = true;
    queueMicrotask(() => {
      due = false;
      listener();
    });
  }
}

/** Tells those who can't see that something has happened. */
export function say(text) {
  change(s => (s.said = text));
}
