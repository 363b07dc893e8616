-- Genre rows become the taxonomy's entries, children before their parents too; bounds from a range or two columns.
create table genres (id int primary key, name varchar(60) not null, parent_id int references genres, tempo int4range, aliases text[] not null default '{}');
insert into genres values (5, 'House', null, '[120,131)', '{"House Music"}'), (9, 'Deep House', null, null, '{}');
insert into genres values (1, 'Tech House', 5, '[124,129)', '{}'), (2, 'House', 9, 'empty', '{}');
update genres set parent_id = 5 where id = 9;
