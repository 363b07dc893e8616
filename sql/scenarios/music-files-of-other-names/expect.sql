select 'artist' as what, 'Deadmau5' as expected, artist as found from classification where artist is not null
union all select 'key', 'Am', musical_key from classification where artist is not null
union all select 'bpm', '128.00', bpm::text from classification where artist is not null
union all select 'title', 'Strobe', title from classification where artist is not null
union all select 'label', 'mau5trap', label from classification where artist is not null
union all select 'hash', repeat('ab', 32), encode(sha256, 'hex') from content
union all select 'the path is kept once', '0', count(*)::text from pg_attribute where attrelid = 'carried.audio_files'::regclass and attname = 'filePath'
union all select 'hash as it was', repeat('AB', 32), "File_Hash" from metacrate.audio_files where id = 1;
