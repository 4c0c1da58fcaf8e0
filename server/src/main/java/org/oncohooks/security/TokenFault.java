package org.oncohooks.security;

import java.util.Locale;

/** Why a token was refused: for the log, never for the caller. */
enum TokenFault {
  NO_TOKEN,
  SEVERAL_AUTHORIZATIONS,
  NOT_BEARER,
  MALFORMED,
  TYPE,
  HEADER_UNKNOWN,
  ALGORITHM,
  KEY_ID,
  KEY_URL,
  ISSUER,
  TENANT,
  AUDIENCE,
  CLAIM_MALFORMED,
  EXPIRED,
  NOT_YET_VALID,
  LIFETIME,
  KEY_UNKNOWN,
  SIGNATURE,
  REPLAYED;

  String code() {
    return "token-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  TokenRefused refused() {
    return new TokenRefused(this);
  }
}
