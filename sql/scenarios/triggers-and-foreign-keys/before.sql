-- Triggers do not run when the old rows are read, and foreign keys put no order on the copy.
create table artists (id int primary key, name text not null); create table audio_files (id int primary key, artist int references artists, self int references audio_files);
create function forbid() returns trigger language plpgsql as 'begin raise exception ''no''; end';
insert into artists values (1, 'A'); insert into audio_files values (1, 1, null), (2, 1, 1); update audio_files set self = 2 where id = 1;
create trigger no_delete before delete on audio_files for each row execute function forbid();
create rule no_insert as on insert to artists do instead nothing;
