//! Who or what visits.

crate::text_enum! {
    /// Who or what followed a link.
    pub enum Class {
        /// A person, as far as can be told.
        Person = "person",
        /// A machine by its own word, or one that says nothing of itself.
        Bot = "bot",
        /// A browser that fetches or shows what nobody has opened yet.
        Prefetch = "prefetch",
    }
}
