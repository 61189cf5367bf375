//! What of a reader's query goes on to the target.

crate::text_enum! {
    /// Which parameters of the reader's query are passed on to the target. None replaces a
    /// parameter that the target has.
    pub enum ForwardQuery {
        /// Those whose name begins with `utm_`, which say how a reader came.
        Utm = "utm",
        /// All of them.
        All = "all",
        /// None of them.
        None = "none",
    }
}
