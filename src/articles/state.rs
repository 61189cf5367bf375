//! In which state an article is, and what form it has.

crate::text_enum! {
    /// What editors have decided.
    pub enum Status such as "published" {
        /// Being written.
        Draft = "draft",
        /// Released, from its date on.
        Published = "published",
        /// Taken back.
        Withdrawn = "withdrawn",
    }
}

crate::text_enum! {
    /// What follows from the status and the dates at a moment. Where several hold, the first one.
    pub enum Visibility such as "live" {
        /// Deleted; can be restored.
        Deleted = "deleted",
        /// Taken back.
        Withdrawn = "withdrawn",
        /// Being written.
        Draft = "draft",
        /// `expires_at` has passed.
        Expired = "expired",
        /// `embargoed_until` is ahead.
        Embargoed = "embargoed",
        /// `published_at` is ahead.
        Scheduled = "scheduled",
        /// The public sees it.
        Live = "live",
    }
}

crate::text_enum! {
    /// The form of the story.
    pub enum ArticleKind {
        /// A news story or feature.
        Article = "article",
        /// A story told as it happens.
        LiveBlog = "live_blog",
        /// A view.
        Opinion = "opinion",
        /// An explanation.
        Analysis = "analysis",
        /// Pictures.
        Gallery = "gallery",
        /// A film.
        Video = "video",
        /// Something to hear.
        Audio = "audio",
        /// Somebody else's announcement.
        PressRelease = "press_release",
    }
}

crate::text_enum! {
    /// States that a list can be narrowed to.
    pub enum StatusFilter {
        /// Being written.
        Draft = "draft",
        /// Released, whatever the dates.
        Published = "published",
        /// Taken back.
        Withdrawn = "withdrawn",
        /// Deleted.
        Deleted = "deleted",
    }
}

crate::text_enum! {
    /// How articles are sorted.
    pub enum Sort {
        /// Newest publication first.
        PublishedDesc = "-published_at",
        /// Oldest publication first.
        Published = "published_at",
        /// Latest change first.
        ModifiedDesc = "-modified_at",
        /// Earliest change first.
        Modified = "modified_at",
    }
}

crate::text_enum! {
    /// What an article can be required to have.
    pub enum Has {
        /// A lead image.
        LeadImage = "lead_image",
        /// A summary.
        Summary = "summary",
        /// At least one key point.
        KeyPoints = "key_points",
        /// An address.
        CanonicalUrl = "canonical_url",
        /// Related stories chosen by editors.
        Related = "related",
    }
}

crate::text_enum! {
    /// What is answered only when asked for.
    pub enum Include {
        /// The text of the story.
        Body = "body",
    }
}
