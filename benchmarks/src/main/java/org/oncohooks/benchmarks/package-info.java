/**
 * What a hook call costs: the real server as a process of its own over real HTTP, beside the usual
 * way (HAPI parsing and the older CQL engine on its objects) and the floor (a bare Jackson parse),
 * each in a Java virtual machine of its own with the same options. Run by {@code benchmarks/run};
 * asserts nothing about speed. Not thread-safe unless said so.
 */
package org.oncohooks.benchmarks;
