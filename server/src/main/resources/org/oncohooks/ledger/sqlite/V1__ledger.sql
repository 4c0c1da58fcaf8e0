-- Rows are added and never changed. Instants are microseconds since 1970 (UTC).
create table ledger (
  sequence integer primary key,
  at integer not null,
  kind text not null,
  body text not null,
  previous text not null,
  hash text not null
) strict;
create trigger ledger_update before update on ledger begin
  select raise(abort, 'the ledger is append-only');
end;
create trigger ledger_delete before delete on ledger begin
  select raise(abort, 'the ledger is append-only');
end;

-- where it ends, and whose key its hashes of patients were made with
create table ledger_head (
  only_row integer primary key check (only_row = 1),
  sequence integer not null,
  hash text not null,
  key_fingerprint text not null
) strict;

-- found by card and by patient; follows from the rows
create table ledger_card (
  tenant text not null,
  card text not null,
  patient text not null,
  recommendation text,
  evidence text,
  sequence integer not null,
  primary key (tenant, card)
) strict;
create index ledger_card_patient on ledger_card (tenant, patient) where evidence is not null;
create index ledger_card_sequence on ledger_card (sequence);

-- what makes an entry of feedback the same as another; follows from the rows
create table ledger_feedback (
  tenant text not null,
  card text not null,
  outcome text not null,
  at integer not null,
  sequence integer not null,
  received integer not null,
  primary key (tenant, card, outcome, at)
) strict;
create index ledger_feedback_sequence on ledger_feedback (sequence);
