-- char(n) is padded with spaces that do not count, also where it is the key.
create table audio_codes (code char(6) primary key, volume char(12), one "char");
insert into audio_codes values ('a', 'x  ', 'q'), ('b ', '', ''), ('éé', null, null);
