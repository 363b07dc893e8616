select 'nine keys' as what, '9' as expected, count(*)::text as found from metacrate.audio_names
union all select 'the space counts', '2', n::text from metacrate.audio_names where name = 'a ';
