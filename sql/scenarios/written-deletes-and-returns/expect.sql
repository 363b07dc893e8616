select 'rows' as what, '11988' as expected, count(*)::text as found from metacrate.artists
union all select 'a row that came back', 'came back|-1', (select name || '|' || plays from metacrate.artists where id = 1)
union all select 'one that came late', 'late|-4', (select name || '|' || plays from metacrate.artists where id = 7000)
union all select 'one that went again', '0', (select count(*)::text from metacrate.artists where id = 2)
