select 'rows' as what, '399' as expected, count(*)::text as found from metacrate.music_log
union all select 'twins', '10', (select count(*)::text from metacrate.music_log where at = 8)
union all select 'skipped', '5', (select count(*)::text from metacrate.music_log where what = 'skipped')
