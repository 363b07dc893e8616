-- A unique index over columns that admit no NULL names a row as well as a primary key does.
create table audio_unique (a int not null, b text not null, c int, unique (b, a));
insert into audio_unique values (1, 'x', null), (2, 'x', 2);
