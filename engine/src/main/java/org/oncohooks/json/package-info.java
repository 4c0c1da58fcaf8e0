/**
 * Reading JSON strictly, the same way at every entrance: one view of the bytes, limits on size,
 * depth and names, no duplicate keys. Stateless and thread-safe. Never interprets what it reads.
 */
package org.oncohooks.json;
