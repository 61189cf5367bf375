create index on tags using gin (folded_name gin_trgm_ops) where deleted_at is null;

drop trigger rank_of_beginnings on tag_usage;
drop trigger beginnings_of_deleted on tags;
drop trigger beginnings_of_lost on tag_labels;
drop trigger beginnings_of_changed on tag_labels;
drop trigger beginnings_of_new on tag_labels;

drop function rank_beginnings;
drop function refresh_beginnings_of_tag;
drop function refresh_beginnings_of_changed;
drop function refresh_tag_beginnings;

drop table tag_words;
drop table tag_beginnings;

drop function use_rank;
drop function slips;
drop function words;

-- fuzzystrmatch stays: others may have made it, or use it.
