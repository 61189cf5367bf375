//! Whether a short link works.

crate::text_enum! {
    /// Whether a link works.
    pub enum LinkStatus {
        /// It leads to its target.
        Active = "active",
        /// It is switched off for a while: 410.
        Disabled = "disabled",
        /// It is blocked for legal reasons: 451.
        Blocked = "blocked",
        /// It is off, and its code is never given out again: 410.
        Gone = "gone",
    }
}
