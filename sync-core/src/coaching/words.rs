//! Owns choices that documents hold as words: an enum here, a stable word in the document. A word that this
//! version does not know reads as absent.

/// Defines such a choice; the order of its words is the order of "less finished" to "more finished".
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$variant_doc])* $variant),*
        }

        impl $name {
            /// The word in the document.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),*
                }
            }
        }

        impl<C> minicbor::Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut minicbor::Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.str(self.word())?.ok()
            }
        }

        impl<'b, C> minicbor::Decode<'b, C> for $name {
            fn decode(
                d: &mut minicbor::Decoder<'b>,
                _: &mut C,
            ) -> Result<Self, minicbor::decode::Error> {
                let at = d.position();
                match d.str()? {
                    $($word => Ok(Self::$variant),)*
                    _ => Err(minicbor::decode::Error::message("a word that is not known").at(at)),
                }
            }
        }

        impl $crate::document::Field for $name {
            fn from_value(value: &$crate::document::Value) -> Option<Self> {
                match value {
                    $crate::document::Value::Words(words) => match words.as_str() {
                        $($word => Some(Self::$variant),)*
                        _ => None,
                    },
                    _ => None,
                }
            }

            fn to_value(&self) -> $crate::document::Value {
                $crate::document::Value::Words(self.word().to_owned())
            }
        }
    };
}

pub(crate) use words;
