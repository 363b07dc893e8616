-- The path is not unique: one track, two classifications, both rows back.
create table metacrate_tracks (id int primary key, file_path text not null, metacrate_classification jsonb);
insert into metacrate_tracks values (1, '/m/a.mp3', '{"bpm": 100}'), (2, '/m/a.mp3', '{"bpm": 101}');
create table audio_files (id int primary key, file_path text not null, bpm int); insert into audio_files values (1, '/m/a.mp3', 102);
