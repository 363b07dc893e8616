update metacrate_tracks set metacrate_classification = '{"artist": "B"}';

update metacrate_tracks set metacrate_classification = jsonb_build_object('artist', 'C' || id % 7), file_path = file_path || 'x' where id % 2 = 0;

-- and after the last chunk

update metacrate_tracks set file_path = '/one/path.mp3' where id <= 100;

update metacrate_tracks set metacrate_classification = metacrate_classification || '{"title": "T"}';
