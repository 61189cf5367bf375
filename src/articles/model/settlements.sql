-- For each article that is still to be written, in the order in which they are given, whether it counts at $5 and when
-- that changes; the columns are those of articles.
select article_is_live(status, null, published_at, embargoed_until, expires_at, $5) as is_counted,
       article_settles_at(status, null, published_at, embargoed_until, expires_at, $5) as settles_at
from unnest($1::text[], $2::timestamptz[], $3::timestamptz[], $4::timestamptz[])
    with ordinality as given (status, published_at, embargoed_until, expires_at, place)
order by place
