-- metacrate_tracks as its owner gives it, with all that its two documents say.
create table metacrate_tracks (id uuid primary key, file_path text not null, original_filename text, metacrate_classification jsonb,
  confidence_score double precision, extraction_metadata jsonb, processing_timestamp timestamp default now());
insert into metacrate_tracks values ('7f0ce681-0000-0000-0000-000000000001', 'X:\Music\1-Originals\Deadmau5 - Strobe.mp3', 'Deadmau5 - Strobe.mp3',
  '{"artist": "Deadmau5", "track_name": "Strobe", "remix_info": "Extended", "genre": "House", "subgenre": "Progressive House", "label": "mau5trap", "catalog_number": "MAU5001", "bpm": 128, "musical_key": "8A", "confidence": 0.95}',
  0.1, ('{"file_hash": "' || repeat('0f', 32) || '", "file_size": 15000000, "duration": 634.2, "bitrate": 320000}')::jsonb, '2024-01-02 03:04:05.678');
