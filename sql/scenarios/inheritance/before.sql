-- A table that inherits is a table of its own, also when its name says nothing of music.
create table duplicate_groups (id int primary key);
create table archive_2019 (more text) inherits (duplicate_groups);
create table archive_2018 () inherits (archive_2019);
insert into duplicate_groups values (1); insert into archive_2019 values (1, 'x'), (2, 'y'); insert into archive_2018 values (9, 'z');
