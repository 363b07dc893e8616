-- Partial, over an expression, deferrable, or admitting NULL: no such index names every row, and the report says so.
create table audio_partial (a int not null, b text); create unique index on audio_partial (a) where b is not null;
create table audio_expression (a text not null); create unique index on audio_expression (lower(a));
create table audio_deferred (a int primary key deferrable);
create table audio_nullable (a int unique);
insert into audio_partial values (1, null), (1, null); insert into audio_expression values ('A');
insert into audio_deferred values (1); insert into audio_nullable values (null), (null);
