select 'tags' as what, '3' as expected, count(*)::text as found from metacrate.audio_tags
union all select 'other tags', '2', count(*)::text from metacrate.audio_tags_2;
