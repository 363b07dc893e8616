-- A database in LATIN1: its letters are the same letters in UTF-8.
-- encoding: LATIN1
create table metacrate_tracks (id int primary key, file_path text not null, metacrate_classification json);
insert into metacrate_tracks values (1, '/m/Björk é ÿ.mp3', '{"artist": "Björk"}');
create table artists (name text primary key); insert into artists values ('Ångström'), ('ß');
