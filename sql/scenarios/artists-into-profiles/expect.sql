select 'entries' as what, '3' as expected, count(*)::text as found from profile_entry
union all select 'profiles', 'deadmau5|House|0|migrated', string_agg(concat_ws('|', artist_key, genre, validated_tracks, origin), ',') from artist_profile
union all select 'aliases', '{Testpilot,"Joel, Z","NULL"}', aliases::text from profile_entry where aliases is not null
union all select 'rows', '5', count(*)::text from metacrate.artists;
