select 'numbers' as what, '1,3' as expected, string_agg(id::text, ',' order by id) as found from metacrate.audio_sizes
union all select 'generated', '1.00000000000000000000', mb::text from metacrate.audio_sizes where id = 1;
