insert into artists select g, 'upserted ' || g, -1 from generate_series(5990, 12010) g
  on conflict (id) do update set name = excluded.name, plays = excluded.plays;

insert into artists values (3, 'nobody', 0) on conflict do nothing;

update artists set plays = plays where id < 100;

begin;
update artists set name = 'stays' where id = 10;
savepoint here;
update artists set name = 'goes' where id in (10, 11);
delete from artists where id = 12;
rollback to here;
commit;

begin;
delete from artists;
rollback;
