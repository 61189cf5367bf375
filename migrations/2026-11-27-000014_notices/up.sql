-- What instances answer out of memory is made of these tables, and many write them: single writes, batches, files,
-- merges, settling, the version of the program before this one. So the tables themselves tell what has changed.

-- A notice has room for 8,000 bytes, and beyond some names it is quicker to look everything up again.
create function notify_changed(topic text, names text[]) returns void language sql as $$
    select pg_notify('dateline', topic || ' ' || case when cardinality(names) <= 100 then array_to_string(names, ' ') else '*' end)
     where cardinality(names) > 0
$$;

comment on function notify_changed is
    'Tells every instance, once the transaction commits, that what has these names under the topic has changed; * is everything.';

-- Only what is shown: an article that is settled changes at a moment that was known before.
create function notify_changed_articles() returns trigger language plpgsql as $$
begin
    perform notify_changed('article', array(
        select after.id::text from after join before using (id)
         where (after.version, after.short_domain, after.short_code) is distinct from (before.version, before.short_domain, before.short_code)));
    return null;
end $$;

create function notify_changed_tags() returns trigger language plpgsql as $$
begin
    perform notify_changed('tag', array(select distinct id::text from changed));
    return null;
end $$;

-- The same for rows that belong to a tag; the first argument is the topic.
create function notify_changed_of_tags() returns trigger language plpgsql as $$
begin
    perform notify_changed(tg_argv[0], array(select distinct tag_id::text from changed));
    return null;
end $$;

create trigger changed_articles after update on articles referencing old table as before new table as after
    for each statement execute function notify_changed_articles();

create trigger changed_tags after update on tags referencing new table as changed
    for each statement execute function notify_changed_tags();

create trigger changed_usage after update on tag_usage referencing new table as changed
    for each statement execute function notify_changed_of_tags('usage');

create trigger new_labels after insert on tag_labels referencing new table as changed
    for each statement execute function notify_changed_of_tags('tag');
create trigger changed_labels after update on tag_labels referencing new table as changed
    for each statement execute function notify_changed_of_tags('tag');
create trigger lost_labels after delete on tag_labels referencing old table as changed
    for each statement execute function notify_changed_of_tags('tag');

create trigger new_external_ids after insert on tag_external_ids referencing new table as changed
    for each statement execute function notify_changed_of_tags('tag');
create trigger changed_external_ids after update on tag_external_ids referencing new table as changed
    for each statement execute function notify_changed_of_tags('tag');
create trigger lost_external_ids after delete on tag_external_ids referencing old table as changed
    for each statement execute function notify_changed_of_tags('tag');

create trigger new_broader after insert on tag_broader referencing new table as changed
    for each statement execute function notify_changed_of_tags('tag');
create trigger lost_broader after delete on tag_broader referencing old table as changed
    for each statement execute function notify_changed_of_tags('tag');
