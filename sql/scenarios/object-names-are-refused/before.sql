-- A regclass means a thing of its own database: refused with the reason, the others go on.
create table audio_classes (id int primary key, c regclass, r regrole);
create table audio_ids (id int primary key); insert into audio_ids values (1);
