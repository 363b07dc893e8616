select 'every table is carried' as what, '14' as expected, count(*)::text as found from migration.source_table where mapping <> 'none'
union all select 'booleans', 'f,t', string_agg(v, ',' order by v) from metacrate.audio_k_bool
union all select 'addresses', '3', count(*)::text from metacrate.audio_k_inet;
