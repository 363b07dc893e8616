-- One row of five thousand holds bytes that are no text: it alone goes to quarantine.
-- encoding: SQL_ASCII
create table artists (id int primary key, name text);
insert into artists select g, 'Artist ' || g from generate_series(1, 5000) g;
update artists set name = convert_from('\x42f66a6f726b', 'SQL_ASCII') where id = 3333;
