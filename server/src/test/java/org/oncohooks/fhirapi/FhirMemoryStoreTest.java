package org.oncohooks.fhirapi;

import java.time.InstantSource;
import org.oncohooks.records.MemoryPatientStore;
import org.oncohooks.records.PatientStore;

final class FhirMemoryStoreTest extends FhirStoreContract {

  @Override
  PatientStore store() {
    return new MemoryPatientStore(InstantSource.system());
  }
}
