select 'rebuilt by its text' as what, $$("(1,1.50,""a """"q"""", b\\\\"")","{""(2,,\\""\\"")""}")$$ as expected, b as found from metacrate.audio_boxes where id = 1
union all select 'all members NULL is not NULL', '(,)', b from metacrate.audio_boxes where id = 2;
