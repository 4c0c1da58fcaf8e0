package org.oncohooks.oracle;

import java.util.Locale;

/** One kind of change to a patient; the name becomes part of the variant's file name. */
enum Change {
  SHIFT_DATE,
  DATE_ON_BOUNDARY,
  PARTIAL_DATE,
  OTHER_OFFSET,
  BIRTHDAY,
  PARTIAL_BIRTH_DATE,
  SEX,
  DECEASED,
  DROP_RESOURCE,
  DROP_TYPE,
  DROP_ELEMENT,
  DUPLICATE,
  GRAFT,
  ADD_STATEMENT,
  CHANGE_VALUE,
  SWAP_CODE,
  REWRITE_CODES,
  SWAP_STATUS,
  SWAP_RELATION,
  RELATIVE_ONSET,
  CONDITION_ONSET;

  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
