select 'rows' as what, '11000' as expected, count(*)::text as found from metacrate.file_names
union all select 'chunks', '3', count(*)::text from migration.chunk;
