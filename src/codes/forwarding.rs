//! What of a reader's query goes on to the target.

crate::text_enum! {
    /// Which parameters of the reader's query are passed on to the target.
    pub enum ForwardQuery {
        /// Those whose name begins with `utm_`.
        Utm = "utm",
        /// All.
        All = "all",
        /// None.
        None = "none",
    }
}
