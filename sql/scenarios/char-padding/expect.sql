select 'padded to six' as what, '6' as expected, octet_length(code)::text as found from metacrate.audio_codes where code = 'a'
union all select 'found with other padding', '1', count(*)::text from metacrate.audio_codes where code = 'b    ';
