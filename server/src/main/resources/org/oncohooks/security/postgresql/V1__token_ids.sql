-- tokens that were used, as the first 16 bytes of a hash over tenant and id in hexadecimal digits,
-- with the second since 1970 at which they are refused for their age
create table token_id (
  id text collate "C" primary key,
  until bigint not null
);
create index token_id_until on token_id (until);
