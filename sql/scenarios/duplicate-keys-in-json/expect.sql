select 'document' as what, '{"bpm":1,  "bpm" : 128, "artist":"x","artist":{"a":1}}' as expected, metacrate_classification::text as found from metacrate.metacrate_tracks
union all select 'bpm', '128.00', bpm::text from classification
union all select 'an artist that is an object is none', null, artist from classification;
