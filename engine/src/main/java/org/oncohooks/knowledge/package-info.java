/**
 * Loads, checks and versions the content (CQL, PlanDefinitions, value sets ...) into one immutable
 * {@link org.oncohooks.knowledge.Knowledge} snapshot that a call holds from start to end. Content
 * that does not check is never served: the loader answers findings instead. Knows nothing of any
 * one recommendation.
 */
package org.oncohooks.knowledge;
