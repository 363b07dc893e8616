select 'its own rows only' as what, '1' as expected, count(*)::text as found from metacrate.duplicate_groups
union all select 'the child''s', '2', count(*)::text from metacrate.archive_2019
union all select 'the grandchild''s', '1', count(*)::text from metacrate.archive_2018;
