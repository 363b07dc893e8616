select 'rows carried' as what, '4999' as expected, count(*)::text as found from metacrate.artists
union all
select 'the bad row is whole in quarantine', '\x333333330942f66a6f726b0a', string_agg(content::text, ' ') from migration.quarantine
union all
select 'its reason', '22021', string_agg(sql_state, ' ') from migration.quarantine
union all
select 'profiles of the others', '4999', count(*)::text from profile_entry;
