//! How much a tag may have. A merge keeps to it as well, so that whatever a tag shows can be sent back.

/// Most languages in which it has names.
pub const MAX_LANGUAGES: usize = 200;

/// Most alternative names, and most hidden ones, in a language.
pub const MAX_NAMES: usize = 500;

/// Most identifiers.
pub const MAX_EXTERNAL_IDS: usize = 200;

/// Most tags that it is part of.
pub const MAX_BROADER: usize = 200;
