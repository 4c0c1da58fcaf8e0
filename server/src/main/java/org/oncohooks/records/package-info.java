/**
 * Where patient data is kept and found: the {@link org.oncohooks.records.PatientStore}, what it can
 * be searched by, and how Bundles are taken into it. Patient data stays JSON; nothing here knows
 * HTTP or an object model of FHIR. Stores are thread-safe. Never logs, and never puts patient data
 * into a {@link org.oncohooks.Problem}.
 */
package org.oncohooks.records;
