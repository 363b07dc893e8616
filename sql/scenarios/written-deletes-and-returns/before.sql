-- A row that is deleted comes back under its old key with other values, before and behind the copy of its chunk.
create table artists (id int primary key, name text, plays int);
insert into artists select g, 'artist ' || g, g from generate_series(1, 12000) g;
