-- json may hold \u0000, which no text of PostgreSQL can: the document comes through, the typed text goes without.
create table metacrate_tracks (id int primary key, file_path text not null, metacrate_classification json);
insert into metacrate_tracks values (1, '/m/a.mp3', '{"artist": "A\u0000B", "n\u0000": 1}');
