select 'keys' as what, 'b,true' as expected, string_agg(key[1], ',' order by key[1]) as found from migration.quarantine;
