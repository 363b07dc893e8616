-- Partitions are read through their table: each row once, in whatever depth it lies.
create table audio_parts (id int, day date, note text, primary key (id, day)) partition by range (day);
create table audio_parts_1 partition of audio_parts for values from ('2020-01-01') to ('2021-01-01') partition by list (id);
create table audio_parts_1a partition of audio_parts_1 for values in (1); create table audio_parts_1b partition of audio_parts_1 default;
create table audio_parts_2 (note text, day date not null, dropped int, id int not null); alter table audio_parts_2 drop column dropped;
alter table audio_parts attach partition audio_parts_2 default;
insert into audio_parts values (1, '2020-05-05', 'a'), (2, '2020-05-05', 'b'), (3, '1999-01-01', 'c');
