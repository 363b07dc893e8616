-- Names that fill all 63 bytes and differ in the last, and the same name in two schemas.
create table "artist_of_a_name_that_fills_all_of_the_sixty_three_bytes_here_1" (id int primary key);
create table "artist_of_a_name_that_fills_all_of_the_sixty_three_bytes_here_2" (id int primary key);
create schema other; create table other.artist (id int primary key); create table artist (id int primary key); create table "other.artist" (id int primary key);
create table "artist:rows" (id int primary key); create table "artist~x" (id int primary key);
insert into "artist_of_a_name_that_fills_all_of_the_sixty_three_bytes_here_1" values (1); insert into "artist_of_a_name_that_fills_all_of_the_sixty_three_bytes_here_2" values (2);
insert into other.artist values (3); insert into artist values (4); insert into "other.artist" values (5); insert into "artist:rows" values (6);
