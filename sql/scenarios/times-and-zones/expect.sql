select 'its own zone' as what, '12:00:00.000001+05:30' as expected, z::text as found from metacrate.audio_times where id = 1
union all select 'midnight at the end', '24:00:00', t::text from metacrate.audio_times where id = 1;
