drop index tag_external_ids_authority_lower_idx;
alter table tag_labels drop column skeleton;
drop function skeleton;
