select 'capitals are two tables' as what, '1,2' as expected, (select id::text from metacrate."AUDIO") || ',' || (select id::text from metacrate.audio) as found
union all select 'other scripts', '7', id::text from metacrate."Музыка_music"
union all select 'tables', '4', count(*)::text from migration.source_table;
