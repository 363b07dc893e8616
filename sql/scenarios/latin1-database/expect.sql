select 'path' as what, '/m/Björk é ÿ.mp3' as expected, file_path as found from metacrate.metacrate_tracks
union all select 'artist', 'Björk', artist from classification;
