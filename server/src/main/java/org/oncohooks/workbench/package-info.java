/**
 * The page on which a person sees patients, cards and reasons; it talks to the public endpoints.
 */
package org.oncohooks.workbench;
