select 'rows' as what, '12000' as expected, count(*)::text as found from metacrate.artists
union all select 'who stands in', 'stands in for five', (select name from metacrate.artists where id = 5)
union all select 'changed places', 'artist 12000|artist 1', (select string_agg(name, '|' order by id) from metacrate.artists where id in (1, 12000))
union all select 'there and back', 'artist 6', (select name from metacrate.artists where id = 6)
