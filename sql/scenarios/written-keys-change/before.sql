-- Keys move to other chunks, change places, and are taken by rows that come later.
create table artists (id int primary key, name text, plays int);
insert into artists select g, 'artist ' || g, g from generate_series(1, 12000) g;
