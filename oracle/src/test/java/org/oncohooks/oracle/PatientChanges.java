package org.oncohooks.oracle;

/** Carries out each {@link Change}. */
final class PatientChanges {

  private final DateChanges dates;
  private final ResourceChanges resources;
  private final StatementChanges statements;
  private final ValueChanges values;
  private final CodeChanges codes;
  private final PersonChanges persons;

  PatientChanges(
      DateChanges dates,
      ResourceChanges resources,
      StatementChanges statements,
      ValueChanges values,
      CodeChanges codes,
      PersonChanges persons) {
    this.dates = dates;
    this.resources = resources;
    this.statements = statements;
    this.values = values;
    this.codes = codes;
    this.persons = persons;
  }

  /**
   * @return whether the chart held anything for this change
   */
  boolean apply(Change change, Chart chart) {
    return switch (change) {
      case SHIFT_DATE -> dates.shift(chart);
      case DATE_ON_BOUNDARY -> dates.toBoundary(chart);
      case PARTIAL_DATE -> dates.toPartial(chart);
      case OTHER_OFFSET -> dates.toOtherOffset(chart);
      case CONDITION_ONSET -> dates.onset(chart);
      case DROP_RESOURCE -> resources.drop(chart);
      case DROP_TYPE -> resources.dropType(chart);
      case DROP_ELEMENT -> resources.dropElement(chart);
      case DUPLICATE -> resources.duplicate(chart);
      case GRAFT -> resources.graft(chart);
      case ADD_STATEMENT -> statements.add(chart);
      case CHANGE_VALUE -> values.change(chart);
      case SWAP_CODE -> codes.swapCode(chart);
      case REWRITE_CODES -> codes.rewrite(chart);
      case SWAP_STATUS -> codes.swapStatus(chart);
      case BIRTHDAY -> persons.birthday(chart);
      case PARTIAL_BIRTH_DATE -> persons.partialBirthDate(chart);
      case SEX -> persons.sex(chart);
      case DECEASED -> persons.deceased(chart);
      case SWAP_RELATION -> persons.relation(chart);
      case RELATIVE_ONSET -> persons.relativeOnset(chart);
    };
  }
}
