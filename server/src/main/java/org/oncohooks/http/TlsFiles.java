package org.oncohooks.http;

import java.nio.file.Path;

/**
 * What a listener proves itself with, as PEM files. They are read again when they change.
 *
 * @param certificate the listener's certificate and those between it and its root, in this order
 * @param key its private key: PKCS #8, without a password
 */
public record TlsFiles(Path certificate, Path key) {}
