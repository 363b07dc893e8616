select 'tracks' as what, '1' as expected, count(*)::text as found from track
union all select 'classifications', '100.00,101.00,102.00', string_agg(bpm::text, ',' order by bpm) from classification
union all select 'rows', '2', count(*)::text from metacrate.metacrate_tracks;
