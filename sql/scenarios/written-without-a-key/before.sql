-- A table without a key is done again whole, whatever is written, twins among its rows.
create table music_log (at int, what text);
insert into music_log select g % 50, 'played' from generate_series(1, 200) g;
create table artists (id int primary key);
insert into artists select generate_series(1, 12000);
