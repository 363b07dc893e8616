select 'times' as what, '5,5,2' as expected, string_agg(c::text, ',' order by c desc) as found from (select count(*) c from metacrate.music_log group by line, n) x;
