/**
 * What an author wants to be told about content that the loader takes: works on files, on the
 * compiled CQL as ELM JSON, and on cases. The service itself does not use it.
 */
package org.oncohooks.lint;
