-- Whole rows twice and no key: as often there as here.
create table music_log (line text, n int);
insert into music_log select 'same', g % 2 from generate_series(1, 10) g;
insert into music_log values (null, null), (null, null);
