-- Messages that come twice, in any order and long after: the rows are there once.
create table audio_lines (id int primary key, v text); insert into audio_lines select g, 'v' || g from generate_series(1, 12000) g;
create table music_log (line text); insert into music_log select 'same' from generate_series(1, 5);
