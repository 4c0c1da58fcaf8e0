-- The patients that a row is about, as keyed hashes; follows from the rows.
create table ledger_patient (
  patient text not null,
  sequence integer not null,
  primary key (patient, sequence)
) strict, without rowid;
create index ledger_patient_sequence on ledger_patient (sequence);

-- text within a body has its quotation marks escaped, so that this is found as a member alone
insert into ledger_patient (patient, sequence)
  select substr(body, instr(body, '"patient":"') + 11, 64), sequence from ledger
  where instr(body, '"patient":"') > 0
    and sequence > coalesce((select begin_sequence from ledger_head), 0);

-- An instance of a version that knows nothing of this index must not write on: it would leave patients out of it. With its
-- column gone its writes fail, and it says so.
alter table ledger rename column body to entry;
