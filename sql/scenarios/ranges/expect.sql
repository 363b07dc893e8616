select 'whole numbers' as what, '[2,11)' as expected, i::text as found from metacrate.audio_ranges where id = 1
union all select 'its own range type', '[-0.1,0.3)', l::text from metacrate.audio_ranges where id = 1;
