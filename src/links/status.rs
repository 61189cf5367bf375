//! Whether a short link works.

crate::text_enum! {
    /// Whether a link works.
    pub enum LinkStatus {
        /// It leads to its target.
        Active = "active",
        /// It is switched off for a while.
        Disabled = "disabled",
        /// It is off for good; its code is never given out again.
        Gone = "gone",
    }
}
