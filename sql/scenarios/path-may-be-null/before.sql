-- A path column that admits NULL: rows with a path become tracks, all rows come through.
create table music_files (id int primary key, path text, artist text);
insert into music_files values (1, '/m/a.mp3', 'A'), (2, null, 'B'), (3, '', 'C');
