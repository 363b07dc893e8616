-- A row of quarantine is known by its key as a cast gives it, padded or not.
-- encoding: SQL_ASCII
create table audio_codes (code char(6) primary key, v text);
insert into audio_codes values ('a', 'good'), ('b', convert_from('\xff', 'SQL_ASCII'));
create table audio_flags (k boolean primary key, v text);
insert into audio_flags values (true, convert_from('\xe9', 'SQL_ASCII')), (false, 'good');
