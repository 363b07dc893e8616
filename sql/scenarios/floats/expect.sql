select 'minus zero keeps its sign' as what, '-0' as expected, d::text as found from metacrate.audio_levels where id = 1
union all select 'no rounding', '0.30000000000000004', d::text from metacrate.audio_levels where id = 5
union all select 'bits', '\x0000000000000001', float8send(d)::text from metacrate.audio_levels where id = 4;
