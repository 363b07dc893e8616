-- Duplicate rows become groups, with or without a key of their own; whole rows may be there twice.
create table duplicates (file_hash char(64), kept_path text, spare_path text, reason text, similarity real);
insert into duplicates values (repeat('aa', 32), '/m/a.mp3', '/m/copy/a.mp3', 'hash', 1), (repeat('aa', 32), '/m/a.mp3', '/m/copy 2/a.mp3', 'hash', 1),
  (repeat('aa', 32), '/m/a.mp3', '/m/copy/a.mp3', 'hash', 1), (null, null, null, 'nothing', 2);
create table duplicate_groups (id int primary key, group_id int, file_path text);
insert into duplicate_groups values (1, 7, '/m/x.mp3'), (2, 7, '/m/y.mp3'), (3, 8, '/m/z.mp3');
