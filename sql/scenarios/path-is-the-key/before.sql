-- The path is the primary key: it stays in the row, and the track is made all the same.
create table audio_files (path text primary key, hash bytea, bpm text);
insert into audio_files values ('/m/a.mp3', decode(repeat('01', 32), 'hex'), '128'), ('/m/A.mp3', null, '0'), ('/m/a.mp3 ', null, null);
