/**
 * Compiles CQL and evaluates it on a patient's JSON within a budget. The only package that knows
 * the CQL engine; what leaves it is JSON.
 *
 * <p>How data flows: {@link org.oncohooks.cql.CqlCompilation} turns sources into a {@link
 * org.oncohooks.cql.CqlProgram} that all threads share. An {@link org.oncohooks.cql.CqlEvaluation}
 * is one patient's run of it: each define becomes steps once ({@link org.oncohooks.cql.Linker}),
 * whose operators are the engine's; retrieves are answered from an index over the record, values
 * are lazy typed views of the JSON nodes, results leave as JSON, and nothing of it outlives the
 * patient.
 */
package org.oncohooks.cql;
