select 'type below' as what, 'character varying' as expected, pg_typeof(s)::text as found from metacrate.audio_domains where id = 1
union all select 'space kept', 'a ', s from metacrate.audio_domains where id = 2;
