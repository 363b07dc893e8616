-- Windows does not tell capitals apart, the old table did: two rows, two tracks, one file.
create table metacrate_tracks (id int primary key, file_path text not null, metacrate_classification jsonb);
insert into metacrate_tracks values (1, 'X:\Music\Strobe.mp3', '{"bpm": 128}'), (2, 'x:\music\STROBE.MP3', '{"bpm": 126}'), (3, '/m/A.mp3', '{}'), (4, '/m/a.mp3', '{}');
