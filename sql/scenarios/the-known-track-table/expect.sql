select 'classification' as what, 'Deadmau5|Strobe|extended|Extended|mau5trap|MAU5001|House|Progressive House|128.00|Am|0.950000000000000|2024-01-02 03:04:05.678' as expected,
  concat_ws('|', artist, title, mix_kind, mix_text, label, catalogue_number, genre, subgenre, bpm, musical_key, confidence, decided_at at time zone 'UTC') as found from classification
union all select 'content', repeat('0f', 32) || '|migrated', concat_ws('|', encode(sha256, 'hex'), facts_source) from content
union all select 'track', 'Deadmau5 - Strobe.mp3|mp3|migrated', concat_ws('|', file_name, extension, origin) from track;
