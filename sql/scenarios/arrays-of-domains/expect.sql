select 'ratings' as what, '{1,NULL,5}' as expected, r::text as found from metacrate.audio_ratings where id = 1
union all select 'their type', 'integer[]', pg_typeof(r)::text from metacrate.audio_ratings where id = 1
union all select 'arrays of arrays', '{"{1,2}","{3}"}', p::text from metacrate.audio_ratings where id = 1;
