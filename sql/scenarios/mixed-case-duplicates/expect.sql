select 'tracks' as what, '4' as expected, count(*)::text as found from track
union all select 'files', '3', count(distinct match_digest)::text from track
union all select 'the spelling stays', 'x:\music\STROBE.MP3', file_path from metacrate.metacrate_tracks where id = 2;
