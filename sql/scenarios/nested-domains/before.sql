-- A domain over a domain over a type, with checks, defaults and a length: the value is carried in the type below them all.
create domain short as varchar(5) check (value <> 'x');
create domain shorter as short not null default 'd' check (length(value) < 4);
create domain scores as int[] check (cardinality(value) < 3);
create type mood as enum ('a', 'b'); create domain dmood as mood;
create table audio_domains (id int primary key, s shorter, n scores, m dmood);
insert into audio_domains values (1, 'abc', '{1,2}', 'b'), (2, 'a ', '{}', null);
