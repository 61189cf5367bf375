//! The ten kinds of tag.

crate::text_enum! {
    /// What a tag stands for. Source: the kinds of the Guardian's Content API, with those of IPTC's ninjs.
    pub enum TagKind such as "place" {
        /// A subject.
        Topic = "topic",
        /// A person who is written about.
        Person = "person",
        /// A company, authority, party or other body.
        Organisation = "organisation",
        /// A place.
        Place = "place",
        /// An event.
        Event = "event",
        /// A series of stories.
        Series = "series",
        /// A section of the publication.
        Section = "section",
        /// A person who writes, photographs or edits.
        Contributor = "contributor",
        /// A publisher or agency.
        Publisher = "publisher",
        /// A form, such as interview or obituary.
        Genre = "genre",
    }
}
