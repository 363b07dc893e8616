-- A tempo of 'fast', a confidence of 95, a length of '5:32', a hash that is none: kept in the row, counted by reason, never invented.
create table audio_tracks (id int primary key, file_path text not null, file_hash text, bpm text, key text, confidence numeric, duration text, file_size text);
insert into audio_tracks values (1, '/m/1.mp3', 'd41d8cd98f00b204e9800998ecf8427e', 'fast', 'loud', 95, '5:32', '3 MB'),
  (2, '/m/2.mp3', null, '1e9', 'o', -1, '-3', '12.5'), (3, '/m/3.mp3', upper(repeat('0a', 32)), ' 124.5 ', 'F#m', 0.5, '332.25', '1000');
