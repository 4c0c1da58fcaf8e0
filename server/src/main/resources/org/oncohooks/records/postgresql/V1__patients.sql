-- The current version of each resource; json is null once it is deleted. Instants are microseconds since 1970 (UTC).
-- "C": ids and codes are compared byte by byte, as everywhere else.
create table resource (
  type text collate "C" not null,
  id text collate "C" not null,
  version bigint not null,
  last_updated bigint not null,
  patient text collate "C",
  json text,
  primary key (type, id)
);
-- a patient's compartment, for a hook without prefetch
create index resource_patient on resource (patient, type, id) where patient is not null;
create index resource_last_updated on resource (type, last_updated, id);

-- versions before the current one
create table resource_history (
  type text collate "C" not null,
  id text collate "C" not null,
  version bigint not null,
  last_updated bigint not null,
  json text,
  primary key (type, id, version)
);

-- what the current versions are found by: codes and identifiers, the code without its case
create table resource_token (
  type text collate "C" not null,
  id text collate "C" not null,
  parameter text collate "C" not null,
  system text collate "C" not null,
  folded text collate "C" not null,
  code text collate "C" not null
);
create index resource_token_value on resource_token (type, parameter, folded, system, id);
create index resource_token_resource on resource_token (type, id);

-- and stretches of time, from low to before high
create table resource_date (
  type text collate "C" not null,
  id text collate "C" not null,
  parameter text collate "C" not null,
  low bigint not null,
  high bigint not null
);
create index resource_date_value on resource_date (type, parameter, low, high, id);
create index resource_date_resource on resource_date (type, id);

-- how the index was made; another way makes it anew
create table resource_index (
  only_row boolean primary key default true check (only_row),
  made_by text not null
);
