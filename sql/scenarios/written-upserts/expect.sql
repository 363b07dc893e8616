select 'rows' as what, '12010' as expected, count(*)::text as found from metacrate.artists
union all select 'upserted', '6021', (select count(*)::text from metacrate.artists where plays = -1)
union all select 'rolled back to a savepoint', 'stays|artist 11|artist 12',
  (select string_agg(name, '|' order by id) from metacrate.artists where id between 10 and 12)
