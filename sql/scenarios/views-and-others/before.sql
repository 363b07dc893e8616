-- Views, materialised views and foreign tables of a music table's name hold no rows of their own: told apart, not carried.
create table audio_rows (id int primary key); insert into audio_rows values (1);
create view audio_view as select * from audio_rows;
create materialized view audio_summary as select count(*) from audio_rows;
create extension postgres_fdw; create server elsewhere foreign data wrapper postgres_fdw;
create foreign table audio_remote (id int) server elsewhere;
create sequence audio_numbers; create type audio_pair as (a int);
create unlogged table audio_unlogged (id int primary key); insert into audio_unlogged values (5);
