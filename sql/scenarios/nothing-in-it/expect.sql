select 'no rows' as what, '0' as expected, count(*)::text as found from metacrate.file_empty;
