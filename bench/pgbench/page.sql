-- What a page of 20 by a tag is made of, in one statement: the columns of its articles, and the numbers of their tags.
-- :first and :last are the first and the last tag.

\set tag random(:first, :last)
select a.id, a.version, a.status, a.kind, a.headline, a.short_headline, a.summary, a.key_points, a.dateline, a.byline,
       a.language, a.canonical_url, a.external_ids, a.lead_image, a.word_count, a.related, a.custom, a.published_at,
       a.updated_at, a.embargoed_until, a.expires_at, a.short_domain, a.short_code, a.created_at, a.modified_at,
       t.listed_at,
       (select array_agg(x.tag_id order by x.position) from article_tags x where x.article_id = a.id)
  from article_tags t join articles a on a.id = t.article_id
 where t.tag_id = :tag
   and article_is_live(a.status, a.deleted_at, a.published_at, a.embargoed_until, a.expires_at, now())
 order by t.listed_at desc, t.article_id desc
 limit 21;
