select 'trailing zeros' as what, '1.500' as expected, n::text as found from metacrate.audio_figures where id = 1
union all select 'infinity', 'Infinity', n::text from metacrate.audio_figures where id = 3
union all select 'many digits', '12345678901234567890.12345678901234567890', n::text from metacrate.audio_figures where id = 5;
