//! What a key may do.

/// A permission that a key carries.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    utoipa::ToSchema,
)]
pub enum Scope {
    /// Read drafts, schedules, embargoes and what is withdrawn, expired or deleted.
    #[serde(rename = "articles:read_unpublished")]
    ReadUnpublished,
    /// Write articles, their tags and their own short link; implies reading the unpublished.
    #[serde(rename = "articles:write")]
    WriteArticles,
    /// Write the vocabulary.
    #[serde(rename = "tags:write")]
    WriteTags,
    /// Read and write short links.
    #[serde(rename = "links:write")]
    WriteLinks,
    /// Read the statistics of visits.
    #[serde(rename = "stats:read")]
    ReadStats,
    /// Everything, keys and domains included.
    #[serde(rename = "admin")]
    Admin,
}

impl Scope {
    /// Every scope.
    pub const ALL: &[Self] = &[
        Self::ReadUnpublished,
        Self::WriteArticles,
        Self::WriteTags,
        Self::WriteLinks,
        Self::ReadStats,
        Self::Admin,
    ];

    /// The word that stands for the scope.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReadUnpublished => "articles:read_unpublished",
            Self::WriteArticles => "articles:write",
            Self::WriteTags => "tags:write",
            Self::WriteLinks => "links:write",
            Self::ReadStats => "stats:read",
            Self::Admin => "admin",
        }
    }

    /// The scope that a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|scope| scope.as_str() == word)
    }

    /// Whether a key with this scope may do what `needed` allows.
    pub fn implies(self, needed: Self) -> bool {
        self == needed
            || self == Self::Admin
            || (self == Self::WriteArticles && needed == Self::ReadUnpublished)
    }
}

impl std::str::FromStr for Scope {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        Self::from_word(word).ok_or_else(|| {
            let words: Vec<&str> = Self::ALL.iter().map(|scope| scope.as_str()).collect();
            format!("is no scope; the scopes are {}", words.join(", "))
        })
    }
}
