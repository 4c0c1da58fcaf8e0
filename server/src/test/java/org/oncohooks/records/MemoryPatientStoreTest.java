package org.oncohooks.records;

import java.time.InstantSource;

final class MemoryPatientStoreTest extends PatientStoreContract {

  @Override
  PatientStore store(InstantSource clock) {
    return new MemoryPatientStore(clock);
  }
}
