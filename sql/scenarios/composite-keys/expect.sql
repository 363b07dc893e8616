select 'rows' as what, '12000' as expected, count(*)::text as found from metacrate.track_genres
union all select 'chunks', '3', count(*)::text from migration.chunk;
