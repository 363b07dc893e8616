select 'rows' as what, '3' as expected, count(*)::text as found from metacrate.audio_parts
union all select 'tables', '1', count(*)::text from migration.source_table;
