select 'tables' as what, 'crate_a.tracks,crate_b.tracks' as expected, string_agg(schema_name || '.' || table_name, ',' order by schema_name) as found from migration.source_table
union all select 'one key, two rows', 'A,B', string_agg(title, ',' order by title) from classification;
