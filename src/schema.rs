//! The tables as diesel knows them; `tests/migrations.rs` holds this file against the migrated database.

diesel::table! {
    /// Who may call.
    api_keys (id) {
        id -> Text,
        name -> Text,
        secret_hash -> Binary,
        scopes -> Array<Text>,
        created_at -> Timestamptz,
        revoked_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// One ordered row per committed write.
    changes (id) {
        id -> BigInt,
        at -> Timestamptz,
        key_id -> Nullable<Text>,
        action -> Text,
        noun -> Text,
        name -> Text,
        version -> Nullable<Integer>,
        diff -> Nullable<Jsonb>,
    }
}

diesel::table! {
    /// The short domains.
    domains (name) {
        name -> Text,
        version -> Integer,
        base_url -> Text,
        is_default -> Bool,
        root_url -> Nullable<Text>,
        unknown_url -> Nullable<Text>,
        legacy_lengths -> Array<SmallInt>,
        created_at -> Timestamptz,
        modified_at -> Timestamptz,
    }
}

diesel::table! {
    /// The vocabulary.
    tags (id) {
        id -> Integer,
        version -> Integer,
        kind -> Text,
        slug -> Text,
        name -> Text,
        folded_name -> Text,
        description -> Nullable<Text>,
        created_at -> Timestamptz,
        modified_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
        language -> Text,
        retired_at -> Nullable<Timestamptz>,
        merged_into -> Nullable<Integer>,
    }
}

diesel::table! {
    /// Every key that a tag has or had.
    tag_keys (kind, slug) {
        kind -> Text,
        slug -> Text,
        tag_id -> Integer,
    }
}

diesel::table! {
    /// Names that others gave a tag.
    tag_external_ids (authority, external_id) {
        authority -> Text,
        external_id -> Text,
        tag_id -> Integer,
    }
}

diesel::table! {
    /// What tags are called, in each language.
    tag_labels (tag_id, language, name) {
        tag_id -> Integer,
        language -> Text,
        role -> Text,
        name -> Text,
        folded -> Text,
        skeleton -> Nullable<Text>,
    }
}

diesel::table! {
    /// Which tags are part of which.
    tag_broader (tag_id, broader_id) {
        tag_id -> Integer,
        broader_id -> Integer,
    }
}

diesel::table! {
    /// Whatever `tag_broader` leads to.
    tag_ancestors (ancestor_id, tag_id) {
        ancestor_id -> Integer,
        tag_id -> Integer,
        distance -> Integer,
    }
}

diesel::table! {
    /// Merges of tags.
    tag_merges (id) {
        id -> Uuid,
        target_id -> Integer,
        sources -> Array<Integer>,
        counts -> Jsonb,
        moved -> Jsonb,
        merged_at -> Timestamptz,
        merged_by -> Nullable<Text>,
        undone_at -> Nullable<Timestamptz>,
        undone_by -> Nullable<Text>,
    }
}

diesel::table! {
    /// What each article carried before a merge.
    tag_merge_articles (merge_id, article_id, tag_id) {
        merge_id -> Uuid,
        article_id -> Uuid,
        tag_id -> Integer,
        position -> Integer,
        target_position -> Nullable<Integer>,
        merged_position -> Integer,
    }
}

diesel::table! {
    /// Kept counts of a tag.
    tag_usage (tag_id) {
        tag_id -> Integer,
        article_count -> BigInt,
        last_used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// What names of tags look like from each of their words on.
    tag_beginnings (tag_id, beginning) {
        tag_id -> Integer,
        beginning -> Text,
        kind -> Text,
        is_later -> Bool,
        use_rank -> SmallInt,
        language -> Text,
        role -> Text,
        name -> Text,
    }
}

diesel::table! {
    /// Words of names of tags.
    tag_words (id) {
        id -> BigInt,
        word -> Text,
    }
}

diesel::table! {
    /// The metadata of published stories.
    articles (id) {
        id -> Uuid,
        version -> Integer,
        status -> Text,
        kind -> Text,
        headline -> Text,
        short_headline -> Nullable<Text>,
        summary -> Nullable<Text>,
        key_points -> Array<Text>,
        dateline -> Nullable<Text>,
        byline -> Nullable<Text>,
        language -> Text,
        canonical_url -> Nullable<Text>,
        normalised_url -> Nullable<Text>,
        external_ids -> Jsonb,
        lead_image -> Nullable<Jsonb>,
        word_count -> Nullable<Integer>,
        body -> Nullable<Text>,
        related -> Array<Uuid>,
        custom -> Jsonb,
        published_at -> Nullable<Timestamptz>,
        updated_at -> Nullable<Timestamptz>,
        embargoed_until -> Nullable<Timestamptz>,
        expires_at -> Nullable<Timestamptz>,
        short_domain -> Nullable<Text>,
        short_code -> Nullable<Text>,
        created_at -> Timestamptz,
        modified_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
        was_public -> Bool,
        is_counted -> Bool,
        settles_at -> Nullable<Timestamptz>,
        listed_at -> Timestamptz,
        surfaced_at -> Timestamptz,
    }
}

diesel::table! {
    /// Which tags an article carries, in order.
    article_tags (article_id, tag_id) {
        article_id -> Uuid,
        tag_id -> Integer,
        position -> Integer,
        listed_at -> Timestamptz,
    }
}

diesel::table! {
    /// The ids that other systems gave an article.
    article_external_ids (source, external_id) {
        source -> Text,
        external_id -> Text,
        article_id -> Uuid,
    }
}

diesel::table! {
    /// Every short code that was ever given out.
    short_links (id) {
        id -> BigInt,
        version -> Integer,
        domain -> Text,
        code -> Text,
        kind -> Text,
        status -> Text,
        article_id -> Nullable<Uuid>,
        target_url -> Nullable<Text>,
        expires_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        modified_at -> Timestamptz,
        not_before -> Nullable<Timestamptz>,
        forward_query -> Text,
        replacement_url -> Nullable<Text>,
    }
}

diesel::table! {
    /// How far each instance has flushed its visits.
    visit_flushes (instance) {
        instance -> Uuid,
        sequence -> BigInt,
        flushed_at -> Timestamptz,
    }
}

diesel::table! {
    /// Flushed visits that are not added to the counts yet.
    visit_journal (id) {
        id -> BigInt,
        link_ids -> Array<BigInt>,
        quarters -> Array<Integer>,
        people -> Array<BigInt>,
        bots -> Array<BigInt>,
        prefetches -> Array<BigInt>,
    }
}

diesel::table! {
    /// The same for breakdowns.
    visit_breakdown_journal (id) {
        id -> BigInt,
        link_ids -> Array<BigInt>,
        dimensions -> Array<Text>,
        quarters -> Array<Integer>,
        names -> Array<Text>,
        people -> Array<BigInt>,
        bots -> Array<BigInt>,
        prefetches -> Array<BigInt>,
    }
}

diesel::table! {
    /// All visits of a link.
    visit_totals (link_id) {
        link_id -> BigInt,
        people -> BigInt,
        bots -> BigInt,
        prefetches -> BigInt,
    }
}

diesel::table! {
    /// Visits per quarter of an hour in UTC.
    visit_quarters (link_id, at) {
        link_id -> BigInt,
        at -> Timestamptz,
        people -> BigInt,
        bots -> BigInt,
        prefetches -> BigInt,
    }
}

diesel::table! {
    /// Visits per day in UTC.
    visit_days (link_id, day) {
        link_id -> BigInt,
        day -> Date,
        people -> BigInt,
        bots -> BigInt,
        prefetches -> BigInt,
    }
}

diesel::table! {
    /// Visits per quarter of an hour and channel, referrer or country.
    visit_breakdown_quarters (link_id, dimension, at, value) {
        link_id -> BigInt,
        dimension -> Text,
        at -> Timestamptz,
        value -> Text,
        people -> BigInt,
        bots -> BigInt,
        prefetches -> BigInt,
    }
}

diesel::table! {
    /// The same per day in UTC.
    visit_breakdown_days (link_id, dimension, day, value) {
        link_id -> BigInt,
        dimension -> Text,
        day -> Date,
        value -> Text,
        people -> BigInt,
        bots -> BigInt,
        prefetches -> BigInt,
    }
}

diesel::joinable!(article_tags -> articles (article_id));
diesel::joinable!(article_tags -> tags (tag_id));
diesel::joinable!(tag_usage -> tags (tag_id));
diesel::joinable!(short_links -> articles (article_id));
diesel::allow_tables_to_appear_in_same_query!(
    articles,
    article_tags,
    tags,
    tag_keys,
    tag_external_ids,
    tag_usage,
    tag_labels,
    tag_broader,
    tag_ancestors,
    short_links,
    article_external_ids,
    visit_totals,
);
diesel::table! {
    /// What was answered to requests that may be sent again.
    idempotency_keys (key_id, key) {
        key_id -> Text,
        key -> Text,
        request_hash -> Binary,
        status -> SmallInt,
        headers -> Jsonb,
        body -> Binary,
        created_at -> Timestamptz,
    }
}

diesel::allow_tables_to_appear_in_same_query!(tag_merge_articles, articles);
diesel::allow_tables_to_appear_in_same_query!(changes, api_keys);
