package org.oncohooks.app;

import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Optional;
import java.util.Set;
import org.oncohooks.database.DatabaseSettings;
import org.oncohooks.decision.GuardedEngine;
import org.oncohooks.hooks.Mode;

/**
 * How to serve.
 *
 * @param host address to bind
 * @param port TCP port; 0 = any free one
 * @param baseUrl scheme and authority (and path) under which callers reach the service, without a
 *     slash at its end; empty = the address that is listened on
 * @param content folder that holds cql/ and fhir-resources/
 * @param cache folder for compiled CQL; empty = compile at each start
 * @param patients folder of sample patients to load; empty = none
 * @param database what keeps the patients; empty = memory
 * @param ledgerKey file of the ledger's key; empty = in the data folder
 * @param profiles folder of HAPI's validator and of packages with profiles; empty = profiles are
 *     not checked
 * @param zone in which a calendar day begins and ends
 * @param mode what a request may set
 * @param origins of browser pages that may call
 * @param rules how much computing a recommendation may take
 * @param ehr which FHIR servers may be asked
 * @param site what the site decides about the content
 * @param operations how operators reach and watch the service
 * @param config the configuration file, for what is no option: tenants and what they may do
 */
record ServeOptions(
    String host,
    int port,
    Optional<String> baseUrl,
    Path content,
    Optional<Path> cache,
    Optional<Path> patients,
    Optional<DatabaseSettings> database,
    Optional<Path> ledgerKey,
    Optional<Path> profiles,
    ZoneId zone,
    Mode mode,
    Set<String> origins,
    GuardedEngine.Limits rules,
    EhrOptions ehr,
    SiteOptions site,
    Operations operations,
    Optional<ConfigFile> config) {}
