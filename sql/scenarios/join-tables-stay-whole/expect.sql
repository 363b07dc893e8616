select 'mappings' as what, 'artists,whole,whole' as expected, string_agg(mapping, ',' order by table_name) as found from migration.source_table
union all select 'profiles', 'House,Techno', string_agg(genre, ',' order by genre) from artist_profile;
