select 'nine rows' as what, '9' as expected, count(*)::text as found from metacrate.audio_notes
union all select 'a text that looks like NULL', '2', count(*)::text from metacrate.audio_notes where "more" = E'\\N'
union all select 'the end mark', '1', count(*)::text from metacrate.audio_notes where "more" = E'\\.';
