select 'signs' as what, '10 mons 3 days -04:05:06.7' as expected, i::text as found from metacrate.audio_lengths where id = 1
union all select 'days stay days', '30 days', i::text from metacrate.audio_lengths where id = 2;
