select 'document' as what, '{"artist": "A\u0000B", "n\u0000": 1}' as expected, metacrate_classification::text as found from metacrate.metacrate_tracks
union all
select 'artist', 'AB', artist from classification;
