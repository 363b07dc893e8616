select 'rows' as what, '12000' as expected, count(*)::text as found from metacrate.audio_lines
union all select 'rows without a key', '5', count(*)::text from metacrate.music_log
union all select 'attempts', '4', count(*)::text from migration.attempt;
