-- The last row that a site no longer keeps, and its hash, which the first row that stays follows from.
alter table ledger_head add column begin_sequence bigint not null default 0;
alter table ledger_head add column begin_hash text not null
  default '0000000000000000000000000000000000000000000000000000000000000000';

-- only rows before the beginning go
drop trigger ledger_change on ledger;
create trigger ledger_change before update or truncate on ledger
  for each statement execute function ledger_is_append_only();
create function ledger_keeps_its_rows() returns trigger language plpgsql as $$
begin
  if old.sequence > coalesce((select begin_sequence from ledger_head), 0) then
    raise exception 'the ledger is append-only';
  end if;
  return old;
end
$$;
create trigger ledger_delete before delete on ledger
  for each row execute function ledger_keeps_its_rows();
