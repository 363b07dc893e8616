select 'seven homes' as what, '7' as expected, count(distinct carried_name)::text as found from migration.source_table
union all select 'public keeps its name', '4', id::text from metacrate.artist;
