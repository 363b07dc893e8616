-- Two paths that look alike, one composed and one decomposed, are two files; emoji are names too.
create table metacrate_tracks (id int primary key, file_path text not null, metacrate_classification jsonb);
insert into metacrate_tracks values
  (1, U&'/m/Bj\00F6rk.mp3', '{"artist": "Björk"}'), (2, U&'/m/Bjo\0308rk.mp3', U&'{"artist": "Bjo\0308rk"}'),
  (3, '/m/🎵❷ – € #1 & co.mp3', '{"track_name": "🎵"}'), (4, U&'/m/\+01F468\200D\+01F469\200D\+01F467.mp3', '{}');
