select 'columns' as what, 'id,name,verified' as expected, (select string_agg(attname, ',' order by attnum) from pg_attribute where attrelid = 'metacrate.audio_files'::regclass) as found
union all select 'the late default', 'true', verified::text from metacrate.audio_files where id = 1;
