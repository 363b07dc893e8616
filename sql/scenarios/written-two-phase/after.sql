begin;
update artists set name = 'prepared' where id in (1, 11000);
delete from artists where id = 2;
prepare transaction 'scenario kept';

begin;
update artists set name = 'abandoned' where id = 3;
insert into artists values (50000, 'abandoned', 0);
prepare transaction 'scenario dropped';

insert into artists values (50001, 'meanwhile', 1);

-- and after the last chunk

commit prepared 'scenario kept';

rollback prepared 'scenario dropped';
