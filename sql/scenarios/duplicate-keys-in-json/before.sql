-- json keeps doubled keys, their order and its spaces; the last of two is what is said.
create table metacrate_tracks (id int primary key, file_path text not null, metacrate_classification json);
insert into metacrate_tracks values (1, '/m/a.mp3', '{"bpm":1,  "bpm" : 128, "artist":"x","artist":{"a":1}}');
