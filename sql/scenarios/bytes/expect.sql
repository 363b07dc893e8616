select 'all bytes' as what, '256' as expected, octet_length(b)::text as found from metacrate.audio_pictures where id = 1
union all select 'a megabyte', md5(decode(repeat('00ff5c0a09', 200000), 'hex')), md5(b) from metacrate.audio_pictures where id = 4;
