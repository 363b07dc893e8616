update artists set id = id + 100000 where id in (5, 6, 11999);

update artists set id = -id where id between 400 and 410;

update artists set id = 5, name = 'stands in for five' where id = 7;

begin;
update artists set id = 0 where id = 1;
update artists set id = 1 where id = 12000;
update artists set id = 12000 where id = 0;
commit;

-- and after the last chunk

update artists set id = id - 100000 where id = 100006;

update artists set id = id + 20000 where id between 9000 and 9100;
