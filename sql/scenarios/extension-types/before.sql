-- Types of extensions that the target may not have: carried as text, and named.
create extension citext schema public; create extension hstore schema public; create extension ltree schema public;
create table audio_extended (id citext primary key, h hstore, l ltree, t citext[]);
insert into audio_extended values ('House', '"a b"=>"1", c=>NULL', 'Top.Electronic.House', '{A,b}'), ('techno', '', '', '{}');
