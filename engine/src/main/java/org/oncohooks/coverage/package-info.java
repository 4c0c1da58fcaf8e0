/** What of the content's CQL the cases evaluate: numbers, and pages that show it in the source. */
package org.oncohooks.coverage;
