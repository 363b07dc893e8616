-- A table is emptied and filled again while its chunks are copied.
create table artists (id int primary key, name text, plays int);
insert into artists select g, 'artist ' || g, g from generate_series(1, 12000) g;
