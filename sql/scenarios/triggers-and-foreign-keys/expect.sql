select 'a circle of references' as what, '2,1' as expected, string_agg(self::text, ',' order by id) as found from metacrate.audio_files;
