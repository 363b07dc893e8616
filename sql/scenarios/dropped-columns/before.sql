-- Columns that were dropped, and one that came later with a default that is in no row.
create table audio_files (id int primary key, old int, name text, older text);
insert into audio_files values (1, 1, 'a', 'x');
alter table audio_files drop column old; alter table audio_files drop column older;
alter table audio_files add column verified boolean not null default true;
insert into audio_files values (2, 'b', false);
