-- What is said of a track may be NULL, a list, a string, a number, or nested deeper than anybody reads.
create table metacrate_tracks (id int primary key, file_path text not null, metacrate_classification jsonb, extraction_metadata json);
insert into metacrate_tracks values (1, '/m/1', null, null), (2, '/m/2', 'null', '[]'), (3, '/m/3', '["a"]', '"x"'), (4, '/m/4', '"{\"artist\":\"no\"}"', '1'), (5, '/m/5', '{}', '{}'),
  (6, '/m/6', '{"artist": ["A"], "bpm": {"v": 1}, "genre": null, "label": true, "track_name": 5}', '{"file_hash": 5, "duration": "x"}'),
  (7, '/m/7', ('{"a":' || repeat('[', 500) || repeat(']', 500) || ', "artist": "deep"}')::jsonb, null),
  (8, '/m/8', '{"artist": "\ud83c\udfb5", "bpm": 1e400, "confidence": 1E-400, "title": "t"}', '{"file_hash": "\ud800"}');
