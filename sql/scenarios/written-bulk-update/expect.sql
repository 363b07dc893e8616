select 'rows' as what, '11000' as expected, count(*)::text as found from metacrate.metacrate_tracks
union all select 'tracks of one path', '1', (select count(*)::text from track where path = '/one/path.mp3')
union all select 'and their classifications', '100',
  (select count(*)::text from classification join track using (path_digest) where path = '/one/path.mp3')
union all select 'tracks in all', '10901', (select count(*)::text from track)
union all select 'titles', '11000', (select count(*)::text from classification where title = 'T')
