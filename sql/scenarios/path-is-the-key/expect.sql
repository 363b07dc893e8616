select 'tracks' as what, '3' as expected, count(*)::text as found from track
union all select 'hash from bytes', repeat('01', 32), encode(sha256, 'hex') from content
union all select 'a tempo of 0 is none', '1', count(*)::text from classification where bpm is not null;
