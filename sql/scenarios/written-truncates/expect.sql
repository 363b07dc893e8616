select 'what is left' as what, '1 the only one, 20000 and another' as expected,
       string_agg(id || ' ' || name, ', ' order by id) as found from metacrate.artists
