package org.oncohooks.knowledge;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whether a code can be one of its system, for systems whose codes have a form: LOINC and SNOMED CT
 * end in a check digit, the others have a pattern. Whether the code exists is not told by that.
 */
public final class CodeForms {

  private static final Map<String, Form> FORMS =
      Map.ofEntries(
          Map.entry(
              "http://loinc.org",
              new Form("digits, a hyphen and the right check digit", CodeForms::isLoinc)),
          Map.entry(
              "http://snomed.info/sct",
              new Form(
                  "6 to 18 digits of which the last is the right check digit",
                  CodeForms::isSnomed)),
          pattern(
              "http://hl7.org/fhir/sid/icd-10-cm",
              "such as C50.911 or Z85.3",
              "[A-Z]\\d[0-9A-Z](\\.?[0-9A-Z]{1,4})?"),
          pattern(
              "http://hl7.org/fhir/sid/icd-10-pcs",
              "seven digits or capital letters without I and O",
              "[0-9A-HJ-NP-Z]{7}"),
          pattern("http://www.nlm.nih.gov/research/umls/rxnorm", "digits", "[1-9]\\d{0,7}"),
          pattern(
              "http://www.ama-assn.org/go/cpt",
              "five digits, or four and a letter F, T or U",
              "\\d{4}[0-9FTU]"),
          pattern(
              "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
              "a capital letter and four digits",
              "[A-V]\\d{4}"),
          pattern(
              "http://www.whocc.no/atc",
              "such as L02BA01",
              "[A-Z](\\d\\d([A-Z]([A-Z](\\d\\d)?)?)?)?"),
          pattern("http://www.genenames.org/geneId", "HGNC: and digits", "HGNC:[1-9]\\d*"),
          pattern(
              "http://terminology.hl7.org/CodeSystem/v3-RoleCode",
              "capital letters",
              "[A-Z][A-Z0-9_]*"));

  /** Verhoeff's permutations and products of the dihedral group D5. */
  private static final int[][] PERMUTED = new int[8][10];

  private static final int[] FIRST_PERMUTATION = {1, 5, 7, 6, 2, 8, 3, 0, 9, 4};

  static {
    for (int digit = 0; digit < 10; digit++) {
      PERMUTED[0][digit] = digit;
    }
    for (int row = 1; row < PERMUTED.length; row++) {
      for (int digit = 0; digit < 10; digit++) {
        PERMUTED[row][digit] = FIRST_PERMUTATION[PERMUTED[row - 1][digit]];
      }
    }
  }

  private record Form(String words, java.util.function.Predicate<String> test) {}

  private CodeForms() {}

  private static Map.Entry<String, Form> pattern(String system, String words, String regex) {
    return Map.entry(system, new Form(words, Pattern.compile(regex).asMatchPredicate()));
  }

  /** Whether the codes of a system have a form. */
  public static boolean has(String system) {
    return FORMS.containsKey(system);
  }

  /**
   * @param system the preferred URI of a code system
   * @return what a code of the system looks like, if this one doesn't
   */
  public static Optional<String> expected(String system, String code) {
    return Optional.ofNullable(FORMS.get(system))
        .filter(form -> !form.test().test(code))
        .map(Form::words);
  }

  /**
   * LOINC Users' Guide, appendix on check digits: modulus 10, as of Luhn. How those of parts and
   * answers (LP, LA) are made is not published.
   */
  private static boolean isLoinc(String code) {
    if (code.matches("L[PALG]\\d{1,7}-\\d")) {
      return true;
    }
    if (!code.matches("\\d{1,7}-\\d")) {
      return false;
    }
    String digits = code.replaceAll("[^0-9]", "");
    int sum = 0;
    for (int i = 0; i < digits.length() - 1; i++) {
      int digit = digits.charAt(digits.length() - 2 - i) - '0';
      int weighed = i % 2 == 0 ? digit * 2 : digit;
      sum += weighed / 10 + weighed % 10;
    }
    return (sum + digits.charAt(digits.length() - 1) - '0') % 10 == 0;
  }

  /** SNOMED CT Release File Specifications, section 5.2: Verhoeff's check digit. */
  private static boolean isSnomed(String code) {
    if (!code.matches("[1-9]\\d{5,17}")) {
      return false;
    }
    int check = 0;
    for (int i = 0; i < code.length(); i++) {
      int digit = code.charAt(code.length() - 1 - i) - '0';
      check = product(check, PERMUTED[i % 8][digit]);
    }
    return check == 0;
  }

  private static int product(int left, int right) {
    if (left < 5) {
      return right < 5 ? (left + right) % 5 : 5 + (left + right) % 5;
    }
    return right < 5 ? 5 + (left - right) % 5 : Math.floorMod(left - right, 5);
  }
}
