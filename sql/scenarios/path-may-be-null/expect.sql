select 'rows' as what, '3' as expected, count(*)::text as found from metacrate.music_files
union all select 'NULL stays NULL', '1', count(*)::text from metacrate.music_files where path is null
union all select 'tracks', '2', count(*)::text from track
union all select 'classifications', 'A,C', string_agg(artist, ',' order by artist) from classification;
