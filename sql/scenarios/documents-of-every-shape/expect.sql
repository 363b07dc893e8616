select 'rows' as what, '8' as expected, count(*)::text as found from metacrate.metacrate_tracks
union all select 'a number is a title too', '5', title from classification where title = '5'
union all select 'behind what is deep', '1', count(*)::text from classification where artist = 'deep'
union all select 'emoji', '🎵', artist from classification where title = 't';
