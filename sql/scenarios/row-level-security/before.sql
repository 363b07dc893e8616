-- A policy hides rows from our role: to copy what is left would lose the others without a word. Refused, with what to do.
-- reads as: scenario_reader
create table audio_secret (id int primary key, owner text); insert into audio_secret values (1, 'us'), (2, 'them');
alter table audio_secret enable row level security;
create policy ours on audio_secret for select using (owner = 'us');
create table audio_open (id int primary key); insert into audio_open values (1);
grant select on all tables in schema public to scenario_reader;
