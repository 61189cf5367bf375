-- No rows of its own; these go through its triggers.
update articles set version = version + 1;
update tags set version = version + 1;
update tag_usage set article_count = article_count + 1;
update tag_labels set role = role;
