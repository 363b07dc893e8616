select 'lengths' as what, '318 308 9906' as expected, string_agg(length(file_path)::text, ' ' order by id) as found from metacrate.metacrate_tracks
union all select 'tracks', '3', count(*)::text from track;
