// Colours CQL source by what each place of it gave: lines of nested pieces, from the marks of an explanation.

/** "3:5-4:10" as offsets into the source, the end exclusive. */
function range(at, starts) {
  const m = /^(\d+):(\d+)-(\d+):(\d+)$/.exec(at);
  return m && [starts[m[1] - 1] + +m[2] - 1, starts[m[3] - 1] + +m[4]];
}

/** true, false, null, other, failed, or mixed. */
export function kindOf(mark) {
  const kinds = ['true', 'false', 'null', 'other', 'failed'].filter(k => mark[k]);
  return kinds.length === 1 ? kinds[0] : kinds.length ? 'mixed' : 'other';
}

/** A value in few words. */
export function valueWords(value, most = 80) {
  if (value === undefined) return '';
  if (value === null) return 'null';
  if (typeof value === 'string') return value.startsWith('@') ? value.slice(1) : value.length > most ? `${value.slice(0, most)}…` : value;
  if (Array.isArray(value)) return value.length ? `${value.length}: ${value.map(v => valueWords(v, 40)).join('; ')}`.slice(0, most * 2) : 'none';
  if (typeof value === 'object') {
    if (value.reference) return value.reference;
    if (value.fhir) return valueWords(value.value, most);
    if (value.count !== undefined) return `${value.count} entries`;
    if (value.code) return value.code;
    return JSON.stringify(value).slice(0, most * 2);
  }
  return String(value);
}

/**
 * @return one array for each line: pieces {text, kind, title}; a piece has the innermost mark that covers it
 */
export function colour(source, marks) {
  const starts = [0];
  for (let i = source.indexOf('\n'); i >= 0; i = source.indexOf('\n', i + 1)) starts.push(i + 1);
  const cover = new Array(source.length).fill(null);
  const ranges = (marks ?? []).map(mark => ({mark, range: range(mark.at, starts)})).filter(m => m.range)
    .sort((a, b) => (b.range[1] - b.range[0]) - (a.range[1] - a.range[0]));
  for (const {mark, range: [from, to]} of ranges) cover.fill(mark, from, to);
  return source.split('\n').map((line, n) => {
    const pieces = [];
    for (let i = 0; i < line.length; i++) {
      const mark = cover[starts[n] + i];
      const last = pieces.at(-1);
      if (last && last.mark === mark) last.text += line[i];
      else pieces.push({text: line[i], mark});
    }
    return pieces.map(p => ({...p, kind: p.mark ? kindOf(p.mark) : '', title: p.mark ? title(p.mark) : ''}));
  });
}

function title(mark) {
  const value = 'value' in mark ? `: ${valueWords(mark.value)}` : '';
  const times = ['true', 'false', 'null', 'other', 'failed'].filter(k => mark[k]).map(k => `${k === 'other' ? 'value' : k} ${mark[k]}×`);
  return `${times.join(', ')}${value}`;
}
