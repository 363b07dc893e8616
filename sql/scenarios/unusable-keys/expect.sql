select 'all without a key' as what, '4' as expected, count(*)::text as found from migration.source_table where description->'key' = '[]'
union all select 'both rows', '2', count(*)::text from metacrate.audio_partial;
