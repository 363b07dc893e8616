select 'group by hash' as what, '{"/m/copy 2/a.mp3",/m/copy/a.mp3} of 3' as expected, spare_paths::text || ' of ' || entries as found from migrated_duplicate_group where kept_path = '/m/a.mp3'
union all select 'groups by number', '7:2,8:1', string_agg(group_key || ':' || entries, ',' order by group_key) from migrated_duplicate_group where length(group_key) = 1
union all select 'rows', '4', count(*)::text from metacrate.duplicates;
