-- Generated columns are carried as the values they have, identities with their numbers and gaps.
create table audio_sizes (id bigint generated always as identity primary key, bytes bigint, mb numeric generated always as (bytes / 1048576.0) stored);
insert into audio_sizes (bytes) values (1048576), (null), (1);
delete from audio_sizes where id = 2;
