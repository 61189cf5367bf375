//! Enums that are stored and shown as words.

/// Defines an enum whose variants are words in JSON, in queries and in `text` columns alike.
///
/// Text with a check constraint is used instead of Postgres enums, because a check can be widened
/// inside a transaction and needs no type of its own in the schema. `such as` chooses the word that
/// stands in examples; it is the first one otherwise.
#[macro_export]
macro_rules! text_enum {
    ($(#[doc = $doc:literal])+ pub enum $name:ident $(such as $example:literal)? {
        $($(#[doc = $variant_doc:literal])+ $variant:ident = $word:literal,)+
    }) => {
        $(#[doc = $doc])+
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
            diesel::expression::AsExpression, diesel::deserialize::FromSqlRow,
        )]
        #[diesel(sql_type = diesel::sql_types::Text)]
        pub enum $name { $($(#[doc = $variant_doc])+ #[serde(rename = $word)] $variant,)+ }

        // Not derived: the derive does not see the words behind a macro's variables.
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                $crate::base::openapi::schema_of_words(
                    concat!($($doc),+),
                    &[$(($word, concat!($($variant_doc),+))),+],
                    &[$($example)?],
                )
            }
        }

        impl utoipa::ToSchema for $name {}

        impl $name {
            /// Every value, in the order of the definition.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word that stands for the value in JSON and in the database.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The value that a word stands for.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == word)
            }

            /// All words, for messages that say what would have been right.
            pub fn words() -> String {
                Self::ALL.iter().map(|value| value.as_str()).collect::<Vec<_>>().join(", ")
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl diesel::serialize::ToSql<diesel::sql_types::Text, diesel::pg::Pg> for $name {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, diesel::pg::Pg>,
            ) -> diesel::serialize::Result {
                std::io::Write::write_all(out, self.as_str().as_bytes())?;
                Ok(diesel::serialize::IsNull::No)
            }
        }

        impl diesel::deserialize::FromSql<diesel::sql_types::Text, diesel::pg::Pg> for $name {
            fn from_sql(bytes: diesel::pg::PgValue<'_>) -> diesel::deserialize::Result<Self> {
                let word = std::str::from_utf8(bytes.as_bytes())?;
                Self::from_word(word).ok_or_else(|| format!("unknown word {word}").into())
            }
        }
    };
}
