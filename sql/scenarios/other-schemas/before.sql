-- Music tables in any schema, the system's own left out, and a name that only a temporary table bears.
create schema crate_a; create schema crate_b;
create table crate_a.tracks (id int primary key, path text not null, title text); insert into crate_a.tracks values (1, '/a', 'A');
create table crate_b.tracks (id int primary key, path text not null, title text); insert into crate_b.tracks values (1, '/a', 'B');
create table crate_b.unrelated (id int primary key);
