select 'bounds of its own' as what, '[0:1][5:5]={{1},{2}}' as expected, i::text as found from metacrate.audio_arrays where id = 2
union all select 'six dimensions', '6', array_ndims(t)::text from metacrate.audio_arrays where id = 3;
