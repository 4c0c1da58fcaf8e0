-- The last row that a site no longer keeps, and its hash, which the first row that stays follows from.
alter table ledger_head add column begin_sequence integer not null default 0;
alter table ledger_head add column begin_hash text not null
  default '0000000000000000000000000000000000000000000000000000000000000000';

-- only rows before the beginning go
drop trigger ledger_delete;
create trigger ledger_delete before delete on ledger
when old.sequence > coalesce((select begin_sequence from ledger_head), 0) begin
  select raise(abort, 'the ledger is append-only');
end;
