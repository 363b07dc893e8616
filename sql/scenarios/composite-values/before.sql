-- Composite values, nested and in arrays, are carried as the text that their type writes and reads.
create type point3 as (x int, y numeric, label text);
create type box3 as (a point3, b point3[]);
create table audio_boxes (id int primary key, b box3, ps point3[]);
insert into audio_boxes values (1, row(row(1, 1.50, 'a "q", b\'), array[row(2, null, '')::point3])::box3, array[row(3, 'NaN', null)::point3]),
  (2, row(null, null), '{}'), (3, null, null);
