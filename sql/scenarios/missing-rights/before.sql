-- One column, one table and one schema that our role may not read: named, with the GRANT that mends it.
-- reads as: scenario_reader
create table audio_some (id int primary key, a text, b text); grant select (id, a) on audio_some to scenario_reader;
create table audio_none (id int primary key);
create schema closed; create table closed.audio_closed (id int primary key); grant select on closed.audio_closed to scenario_reader;
create table audio_all (id int primary key); insert into audio_all values (1); grant select on audio_all to scenario_reader;
create table audio_by_column (id int primary key, a text); insert into audio_by_column values (1, 'x'); grant select (id, a) on audio_by_column to scenario_reader;
