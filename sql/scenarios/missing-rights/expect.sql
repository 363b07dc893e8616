select 'the readable one is carried' as what, '1' as expected, count(*)::text as found from metacrate.audio_all
union all select 'also by its columns', '1', count(*)::text from metacrate.audio_by_column;
