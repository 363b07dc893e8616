-- Everything that COPY's text form would mistake: tabs, line ends, backslashes, \N and \. as texts.
create table audio_notes (id int primary key, note text, "more" text);
insert into audio_notes values
  (1, E'a\tb', E'\\N'), (2, E'line\nline', E'\\.'), (3, E'cr\rcrlf\r\n', '$1 $$ %s {} '), (4, E'\\', E'\\\\'), (5, '', null),
  (6, E'\\\n', E'\b\f\x0b\x01\x7f'), (7, E'ends with tab\t', E'\tbegins'), (8, 'NULL', '\N'), (9, '"quoted"', '''single''');
