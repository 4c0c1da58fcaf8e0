/** HAPI's validator as a check of what is written; loaded only where a site asks for it. */
package org.oncohooks.profiles;
