select 'tables' as what, 'audio_rows,audio_unlogged' as expected, string_agg(table_name, ',' order by table_name) as found from migration.source_table;
