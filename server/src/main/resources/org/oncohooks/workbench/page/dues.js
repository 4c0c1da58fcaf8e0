// The days from which something is due, as the rules computed them: only of what the rules would offer the patient.

const APPLIES = ['applies', 'superseded', 'suppressed'];

/**
 * The days that an explanation tells, a library's {@code "Due From"} and {@code "Overdue From"}.
 *
 * @return [{label, day, library, applies}], day as YYYY-MM-DD; `applies` where the library's recommendation is for the patient now
 */
function told(explanation) {
  const applying = new Set(explanation.recommendations.filter(r => APPLIES.includes(r.outcome)).map(r => r.library));
  return (explanation.defines ?? []).flatMap(({library, define, value}) => {
    const label = /^(Due|Overdue) From$/.exec(define)?.[1].toLowerCase();
    const day = label && typeof value === 'string' && /^@(\d{4}-\d{2}-\d{2})/.exec(value)?.[1];
    return day ? [{label, day, library, applies: applying.has(library)}] : [];
  });
}

/**
 * What is due, and when. A day to come is asked about: by then another card may speak, breast tissue may be gone, or the ages of
 * the programme be over.
 *
 * @param explain day => explanation of the same call on that day, or undefined
 * @return [{label, day}]
 */
export async function duesOf(explanation, explain) {
  const found = [];
  const today = explanation.evaluatedAt.slice(0, 10);
  for (const due of told(explanation)) {
    if (due.applies) found.push(due);
    else if (due.label === 'due' && due.day > today) {
      const then = await explain(due.day);
      if (then && told(then).some(d => d.applies && d.library === due.library && d.label === due.label && d.day === due.day)) found.push(due);
    }
  }
  return found.map(({label, day}) => ({label, day}));
}
