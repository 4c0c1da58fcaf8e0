package org.oncohooks.authoring;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.oncohooks.cql.ValueSets;
import org.oncohooks.knowledge.CodeForms;
import org.oncohooks.knowledge.Knowledge;

/**
 * What a case may say in the sender's own words: codes that FHIR itself lists, whatever the content
 * names somewhere, and codes of systems whose codes have a form. Nothing else can matter to a rule
 * but by being there.
 */
final class KnownWords {

  static final String UCUM = "http://unitsofmeasure.org";

  /** Codes of FHIR R4's required value sets and of the HL7 code systems below. */
  private static final Set<String> CODES =
      words(
          "active inactive resolved remission recurrence relapse unconfirmed provisional"
              + " differential confirmed refuted entered-in-error registered preliminary final"
              + " amended corrected appended partial cancelled unknown preparation in-progress"
              + " not-done on-hold stopped completed draft revoked proposed suspended planned"
              + " arrived triaged onleave finished intended not-taken health-unknown proposal plan"
              + " directive order original-order reflex-order filler-order instance-order option"
              + " routine urgent asap stat male female other M F OTH UNK ASKU"
              + " problem-list-item encounter-diagnosis health-concern laboratory imaging exam"
              + " survey vital-signs social-history procedure therapy activity inpatient outpatient"
              + " community discharge normal recommended treatment therapeutic pre therapeutic-goal"
              + " AMB IMP EMER ACUTE NONACUTE OBSENC PRENC SS VR HH FLD H HH L LL N A AA POS NEG IND"
              + " U < > HX LX available available-soon booked pending fulfilled noshow checked-in"
              + " waitlist accepted requested ready received rejected failed"
              + " s min h d wk mo a official usual temp secondary old high low"
              + " unable-to-assess negated not-asked asked-unknown not-applicable masked unsupported"
              + " as-text error not-a-number temporarily-unknown asked-declined not-performed"
              + " not-permitted");

  private static final Set<String> COMPARATORS = Set.of("<", "<=", ">=", ">");

  private static final Set<String> UNITS =
      words(
          "% a y yr yrs year years mo month months wk week weeks d day days h hour hours min kg g"
              + " mg ug mcg ng pg kg/m2 m2 cm mm m in [in_i] [lb_av] lb lbs oz mL L dL cc"
              + " mg/dL mg/dl mg/L mg/l g/dL g/dl g/L g/l mmol/L mmol/l umol/L nmol/L pmol/L mol/L"
              + " ug/L ug/mL ug/dL ng/mL ng/dL ng/L pg/mL U/L u/L U/mL IU/L IU/mL IU [IU]/L [IU]/mL"
              + " [IU] mEq/L meq/L 10*3/uL 10*9/L 10*6/uL 10*12/L 10*3/mm3 /uL /min /h"
              + " mm[Hg] mmHg Cel [degF] {score} score 1 {ratio} ratio mg/d mg/m2 mg/kg mL/min"
              + " mL/min/{1.73_m2} Gy cGy mSv tab tablet tablets cap capsule capsules dose doses");

  /** HL7's own code systems that resources of patients use; none of them names anybody. */
  private static final Set<String> SYSTEMS =
      Set.of(
          "condition-clinical",
          "condition-ver-status",
          "condition-category",
          "observation-category",
          "referencerange-meaning",
          "allergyintolerance-clinical",
          "allergyintolerance-verification",
          "medicationrequest-category",
          "medication-statement-category",
          "medication-admin-category",
          "diagnosis-role",
          "appointment-cancellation-reason",
          "data-absent-reason",
          "history-absent-reason",
          "v3-ActCode",
          "v3-ActPriority",
          "v3-NullFlavor",
          "v3-ObservationInterpretation",
          "v3-ParticipationType",
          "v3-RoleCode",
          "v3-AdministrativeGender",
          "v2-0074",
          "v2-0078");

  private static final String HL7_SYSTEM = "http://terminology.hl7.org/CodeSystem/";

  private static final Set<String> EXTENSIONS =
      Set.of("http://hl7.org/fhir/StructureDefinition/data-absent-reason");

  private static final Pattern LITERAL = Pattern.compile("'((?:[^'\\\\\\n]|\\\\.){1,200})'");
  private static final Pattern VERSION = Pattern.compile("\\d{1,4}(?:[.\\-]\\d{1,3}){0,3}");

  private final Set<String> named = new HashSet<>();
  private final ValueSets valueSets;

  /**
   * @param knowledge whose CQL and resources say what rules can ask for
   */
  KnownWords(Knowledge knowledge) {
    this.valueSets = knowledge.program().valueSets();
    knowledge
        .sources()
        .values()
        .forEach(
            source -> {
              Matcher literal = LITERAL.matcher(source.text());
              while (literal.find()) {
                named.add(literal.group(1));
              }
            });
    knowledge.resources().values().forEach(list -> list.forEach(this::collect));
  }

  private static Set<String> words(String words) {
    Set<String> all = new HashSet<>();
    for (String word : words.split(" ")) {
      all.add(word);
    }
    return Set.copyOf(all);
  }

  /** Words alone: a sentence is no code. */
  private void collect(JsonNode node) {
    if (node.isTextual()) {
      if (node.textValue().indexOf(' ') < 0) {
        named.add(node.textValue());
      }
    } else {
      node.forEach(this::collect);
    }
  }

  /** Whether an element that holds a code, such as a status, may keep it. */
  boolean isCode(String code) {
    return CODES.contains(code) || COMPARATORS.contains(code) || named.contains(code);
  }

  /**
   * What is left of a text: the words that the content names between blanks, as rules look for them
   * in answers ({@code ' no '}); a text that it names as a whole stays.
   *
   * @param instead stands for the rest
   */
  String textOf(String text, String instead) {
    String words = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", " ").strip();
    if (named.contains(" " + words + " ")) {
      return words;
    }
    StringBuilder left = new StringBuilder(instead);
    for (String word : words.split(" ")) {
      if (named.contains(" " + word + " ")) {
        left.append(' ').append(word);
      }
    }
    return left.toString();
  }

  boolean isUnit(String unit) {
    return UNITS.contains(unit) || named.contains(unit);
  }

  /** An address that the content names, with a version or not. */
  boolean isAddress(String address) {
    int bar = address.indexOf('|');
    return bar < 0
        ? named.contains(address) || isSystem(address)
        : isNamedWith(address.substring(0, bar), address.substring(bar + 1));
  }

  private boolean isNamedWith(String address, String version) {
    boolean begins = named.contains(address) || named.contains(address + "|");
    return begins && VERSION.matcher(version).matches();
  }

  boolean isExtension(String url) {
    return EXTENSIONS.contains(url) || named.contains(url);
  }

  boolean isLinkId(String linkId) {
    return named.contains(linkId);
  }

  boolean isSystem(String system) {
    return valueSets.knowsSystem(system)
        || named.contains(system)
        || system.equals(UCUM)
        || (system.startsWith(HL7_SYSTEM)
            && SYSTEMS.contains(system.substring(HL7_SYSTEM.length())));
  }

  /**
   * @param system one that {@link #isSystem} knows, or empty
   */
  boolean isCode(String system, String code) {
    String preferred = valueSets.preferredSystem(system);
    return isCode(code)
        || !valueSets.containing(system, code).isEmpty()
        || (CodeForms.has(preferred) && CodeForms.expected(preferred, code).isEmpty())
        || (preferred.equals(UCUM) && isUnit(code));
  }
}
