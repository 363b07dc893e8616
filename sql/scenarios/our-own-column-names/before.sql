-- A column that bears one of our own names would be mistaken for ours: refused, not mixed up.
create table audio_clash (id int primary key, "ci:chunk" int);
create table audio_fine (id int primary key); insert into audio_fine values (1);
