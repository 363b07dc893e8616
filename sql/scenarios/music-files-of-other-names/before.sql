-- A table that nobody described: its columns' names and types say that each row is a music file.
create table audio_files (id bigint primary key, "filePath" varchar(400) not null, "File_Hash" char(64), file_size bigint, duration numeric, sample_rate int, artist text,
  track_title varchar(200), bpm real, "initialKey" text, record_label text, genre text, modified_at timestamptz, play_count int);
insert into audio_files values (1, '/m/Deadmau5 - Strobe.flac', repeat('AB', 32), 123456789012, 634.5, 44100, ' Deadmau5 ', 'Strobe', 128, '8A', 'mau5trap', 'House', '2024-05-01 12:00:00+02', 99),
  (2, '/m/b.mp3', null, null, null, null, null, null, null, null, null, null, null, null);
