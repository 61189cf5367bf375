//! What must be so in a database whatever happened

use super::Ground;

/// Each names what is half-done or disagrees; none of it may be there.
const HALVES: &[(&str, &str)] = &[
    (
        "a story without its link",
        "select a.id::text from articles a \
         left join short_links l on (l.domain, l.code) = (a.short_domain, a.short_code) \
         where l.article_id is distinct from a.id",
    ),
    (
        "a link that no story names",
        "select l.code from short_links l left join articles a on (a.short_domain, a.short_code) = (l.domain, l.code) \
         where l.article_id is not null and a.id is null",
    ),
    (
        "a count that is wrong",
        "select u.tag_id::text from tag_usage u left join lateral ( \
         select count(*) filter (where article_is_live(a.status, a.deleted_at, a.published_at, a.embargoed_until, \
         a.expires_at, now())) as live from article_tags t join articles a on a.id = t.article_id \
         where t.tag_id = u.tag_id) c on true where u.article_count <> c.live",
    ),
    (
        "a version without its change, or a change without its version",
        "with written as (select 'article' as noun, id::text as name, version from articles \
         union all select 'short_link', domain || '/' || code, version from short_links), \
         told as (select noun, name, array_agg(version order by version) as versions from changes \
         where noun in ('article', 'short_link') group by noun, name) \
         select name from written full join told using (noun, name) where told.versions is distinct from \
         (select array_agg(number) from generate_series(1, written.version) number)",
    ),
    (
        "an answer without what it tells of",
        "select k.key from idempotency_keys k, lateral (select convert_from(k.body, 'UTF8')::jsonb) told (it) \
         where not exists (select from articles where id::text = it ->> 'id') \
         and not exists (select from short_links where (domain, code) = (it ->> 'domain', it ->> 'code'))",
    ),
];

impl Ground {
    /// Fails if anything in the database is half-done.
    pub async fn expect_whole(&self) {
        let client = self.postgres.connect().await;
        for (what, sql) in HALVES {
            let rows = client.query(*sql, &[]).await.expect(what);
            let names: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
            assert!(names.is_empty(), "{what}: {names:?}");
        }
    }
}
