-- 'a' and 'a ' are two keys, and so are keys that differ by a tab, a case or nothing visible.
create table audio_names (name text primary key, n int);
insert into audio_names values ('a', 1), ('a ', 2), (E'a\t', 3), ('A', 4), (U&'a\200B', 5), ('', 6), (' ', 7), (E'a\\', 8), ('a''b', 9);
