-- Tables without rows, and one without columns.
create table file_empty (id int primary key, a text);
create table audio_void ();
insert into audio_void default values;
