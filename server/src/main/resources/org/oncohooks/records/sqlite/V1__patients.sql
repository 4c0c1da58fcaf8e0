-- The current version of each resource; json is null once it is deleted. Instants are microseconds since 1970 (UTC).
create table resource (
  type text not null,
  id text not null,
  version integer not null,
  last_updated integer not null,
  patient text,
  json text,
  primary key (type, id)
) strict;
-- a patient's compartment, for a hook without prefetch
create index resource_patient on resource (patient, type, id) where patient is not null;
create index resource_last_updated on resource (type, last_updated, id);

-- versions before the current one
create table resource_history (
  type text not null,
  id text not null,
  version integer not null,
  last_updated integer not null,
  json text,
  primary key (type, id, version)
) strict;

-- what the current versions are found by: codes and identifiers, the code without its case
create table resource_token (
  type text not null,
  id text not null,
  parameter text not null,
  system text not null,
  folded text not null,
  code text not null
) strict;
create index resource_token_value on resource_token (type, parameter, folded, system, id);
create index resource_token_resource on resource_token (type, id);

-- and stretches of time, from low to before high
create table resource_date (
  type text not null,
  id text not null,
  parameter text not null,
  low integer not null,
  high integer not null
) strict;
create index resource_date_value on resource_date (type, parameter, low, high, id);
create index resource_date_resource on resource_date (type, id);

-- how the index was made; another way makes it anew
create table resource_index (
  only_row integer primary key default 1 check (only_row = 1),
  made_by text not null
) strict;
