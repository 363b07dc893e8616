-- A key may be of any type with an order: each is named, cut and compared by its own text.
create type mood as enum ('b', 'a');
create domain code as varchar(4);
create table audio_k_uuid (k uuid primary key); insert into audio_k_uuid values ('00000000-0000-0000-0000-000000000000'), ('ffffffff-ffff-ffff-ffff-ffffffffffff');
create table audio_k_bool (k boolean primary key, v text); insert into audio_k_bool values (true, 't'), (false, 'f');
create table audio_k_inet (k inet primary key, v text); insert into audio_k_inet values ('10.0.0.1', 'a'), ('10.0.0.1/24', 'b'), ('::1', 'c');
create table audio_k_num (k numeric primary key); insert into audio_k_num values (1.50), ('NaN'), (1e30), (-1);
create table audio_k_float (k float8 primary key); insert into audio_k_float values ('-0'), ('NaN'), ('Infinity'), (4.9e-324);
create table audio_k_time (k timestamptz primary key); insert into audio_k_time values ('infinity'), ('-infinity'), ('2024-01-01 00:00:00.000001+02');
create table audio_k_enum (k mood primary key, v int); insert into audio_k_enum values ('b', 1), ('a', 2);
create table audio_k_domain (k code primary key); insert into audio_k_domain values ('a'), ('a ');
create table audio_k_bytea (k bytea primary key); insert into audio_k_bytea values ('\x00'), ('\x'), ('\xff5c');
create table audio_k_array (k text[] primary key); insert into audio_k_array values ('{}'), ('{"a,b",NULL}');
create table audio_k_range (k int4range primary key); insert into audio_k_range values ('empty'), ('[1,5)');
create table audio_k_interval (k interval primary key); insert into audio_k_interval values ('1 mon'), ('31 days');
create table audio_k_bit (k bit(3) primary key); insert into audio_k_bit values (B'101'), (B'000');
create table audio_k_jsonb (k jsonb primary key); insert into audio_k_jsonb values ('null'), ('{"a": 1.50}');
