select 'before Christ' as what, '0044-03-15 BC' as expected, d::text as found from metacrate.audio_dates where id = 1
union all select 'the last microsecond', '294276-12-31 23:59:59.999999', t::text from metacrate.audio_dates where id = 3;
