update music_log set what = 'skipped' where at = 7;

delete from music_log where ctid in (select ctid from music_log where at = 8 limit 1);

insert into music_log values (8, 'played'), (8, 'played');

-- and after the last chunk

insert into music_log select * from music_log;

delete from music_log where what = 'skipped' and at = 7 and ctid in (select ctid from music_log where at = 7 limit 3);
