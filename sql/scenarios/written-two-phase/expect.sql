select 'kept' as what, 'prepared|prepared' as expected, string_agg(name, '|') as found from metacrate.artists where id in (1, 11000)
union all select 'abandoned', '0', (select count(*)::text from metacrate.artists where name = 'abandoned')
union all select 'meanwhile', 'meanwhile', (select name from metacrate.artists where id = 50001)
union all select 'rows', '12000', (select count(*)::text from metacrate.artists)
