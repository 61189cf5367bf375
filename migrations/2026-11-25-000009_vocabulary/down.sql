drop table tag_ancestors;
drop table tag_broader;
drop table tag_labels;

alter table tags
    drop column retired_at,
    drop column language;

comment on column tags.name is null;
