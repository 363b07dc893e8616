select 'hstore' as what, '"c"=>NULL, "a b"=>"1"' as expected, h as found from metacrate.audio_extended where id = 'House'
union all select 'its type here', 'text', pg_typeof(id)::text from metacrate.audio_extended where id = 'House';
