package org.oncohooks.oracle;

import ca.uhn.fhir.context.FhirContext;
import java.time.ZoneOffset;
import java.util.Calendar;
import java.util.GregorianCalendar;
import java.util.Map;
import java.util.Optional;
import java.util.TimeZone;
import java.util.concurrent.ConcurrentHashMap;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.opencds.cqf.cql.engine.fhir.model.R4FhirModelResolver;

/**
 * The engine's own R4 model with two mends: a date or time without an offset takes that of the
 * evaluation (CQL 1.5, DateTime), not that of the machine; and what a type name means is looked up
 * once, as every user of this engine arranges it. Belongs to one thread.
 */
final class R4Model extends R4FhirModelResolver {

  private final Map<String, Class<?>> types = new ConcurrentHashMap<>();
  private final Map<String, Optional<Object>> contextPaths = new ConcurrentHashMap<>();
  private ZoneOffset offset = ZoneOffset.UTC;

  R4Model(FhirContext fhir) {
    super(fhir);
  }

  void offset(ZoneOffset evaluationOffset) {
    offset = evaluationOffset;
  }

  @Override
  public Class<?> resolveType(String typeName) {
    return types.computeIfAbsent(typeName, super::resolveType);
  }

  @Override
  public Object getContextPath(String contextType, String targetType) {
    return contextPaths
        .computeIfAbsent(
            contextType + "/" + targetType,
            key -> Optional.ofNullable(super.getContextPath(contextType, targetType)))
        .orElse(null);
  }

  @Override
  protected Calendar getCalendar(BaseDateTimeType value) {
    if (value.getTimeZone() != null) {
      return value.getValueAsCalendar();
    }
    Calendar local = value.getValueAsCalendar();
    Calendar calendar = new GregorianCalendar(TimeZone.getTimeZone(offset));
    calendar.clear();
    calendar.set(
        local.get(Calendar.YEAR),
        local.get(Calendar.MONTH),
        local.get(Calendar.DAY_OF_MONTH),
        local.get(Calendar.HOUR_OF_DAY),
        local.get(Calendar.MINUTE),
        local.get(Calendar.SECOND));
    calendar.set(Calendar.MILLISECOND, local.get(Calendar.MILLISECOND));
    return calendar;
  }
}
