-- Rows are added and never changed. Instants are microseconds since 1970 (UTC).
create table ledger (
  sequence bigint primary key,
  at bigint not null,
  kind text not null,
  body text not null,
  previous text not null,
  hash text not null
);
create function ledger_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger is append-only';
end
$$;
create trigger ledger_change before update or delete or truncate on ledger
  for each statement execute function ledger_is_append_only();

-- where it ends, and whose key its hashes of patients were made with
create table ledger_head (
  only_row integer primary key check (only_row = 1),
  sequence bigint not null,
  hash text not null,
  key_fingerprint text not null
);

-- found by card and by patient; follows from the rows
create table ledger_card (
  tenant text collate "C" not null,
  card text collate "C" not null,
  patient text collate "C" not null,
  recommendation text,
  evidence text,
  sequence bigint not null,
  primary key (tenant, card)
);
create index ledger_card_patient on ledger_card (tenant, patient) where evidence is not null;
create index ledger_card_sequence on ledger_card (sequence);

-- what makes an entry of feedback the same as another; follows from the rows
create table ledger_feedback (
  tenant text collate "C" not null,
  card text collate "C" not null,
  outcome text collate "C" not null,
  at bigint not null,
  sequence bigint not null,
  received bigint not null,
  primary key (tenant, card, outcome, at)
);
create index ledger_feedback_sequence on ledger_feedback (sequence);
