delete from changes where noun = 'domain';

alter table changes
    drop constraint changes_noun_check,
    add  constraint changes_noun_check check (noun in ('article', 'tag', 'short_link', 'key'));

drop table domains;
drop function refuse_freeing_domains();
