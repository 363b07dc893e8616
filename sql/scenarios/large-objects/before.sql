-- A column of oids may point at large objects, which are no rows: warned of, the number itself is carried.
create table audio_blobs (id int primary key, data oid);
insert into audio_blobs select 1, lo_from_bytea(0, '\x00ff');
