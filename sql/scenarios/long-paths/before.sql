-- Paths of over 260 and over 300 characters, and one longer than an index entry may be.
create table metacrate_tracks (id int primary key, file_path text not null, metacrate_classification jsonb);
insert into metacrate_tracks values (1, 'X:\Music\' || repeat('Sehr Langer Ordner\', 16) || 'x.mp3', '{}'),
  (2, '/m/' || repeat('é', 300) || '.flac', '{}'),
  (3, '/m/' || (select string_agg(md5(g::text), '/') from generate_series(1, 300) g) || '.wav', '{}');
