-- Transactions prepared before a drain and committed, or abandoned, after it: a number taken early is committed late.
create table artists (id int primary key, name text, plays int);
insert into artists select g, 'artist ' || g, g from generate_series(1, 12000) g;
