//! Owns the error codes: stable words that a client acts on, one list for HTTP answers and verdicts.

use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// Why something was not done. New words may come: an unknown one reads as `Unknown`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ErrorCode {
            $($(#[$doc])* $name,)*
            /// A word that this build does not know.
            Unknown,
        }

        impl ErrorCode {
            /// Every code this build knows, with its word.
            pub const ALL: &[(ErrorCode, &str)] = &[$((ErrorCode::$name, $word)),*];

            /// The stable word.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(ErrorCode::$name => $word,)*
                    ErrorCode::Unknown => "unknown",
                }
            }
        }
    };
}

codes! {
    // Requests.
    /// The body is not what this endpoint takes.
    Malformed = "malformed",
    /// The body, or what it decodes to, is over the limit.
    TooLarge = "too_large",
    /// The media type or the encoding is not one we take.
    UnsupportedMedia = "unsupported_media",
    /// The client speaks a protocol or schema that is no longer taken.
    UpgradeRequired = "upgrade_required",
    /// No such thing, or none that this person may know of.
    NotFound = "not_found",
    /// This person may not do that.
    NotAllowed = "not_allowed",
    /// It stands against what is there already.
    Conflict = "conflict",
    /// Too many of these; wait.
    RateLimited = "rate_limited",
    /// The server cannot answer now; try again.
    Unavailable = "unavailable",
    /// A fault of the server.
    Internal = "internal",
    // Credentials.
    /// No credential, or more than one.
    CredentialMissing = "credential_missing",
    /// The credential is not a token of the required form.
    TokenMalformed = "token_malformed",
    /// The signature does not match the registered key.
    TokenSignature = "token_signature",
    /// A claim is missing or wrong.
    TokenClaims = "token_claims",
    /// The body is not the one that was signed.
    TokenBody = "token_body",
    /// The token's time is too far from the server's; the answer carries the server's time.
    ClockSkew = "clock_skew",
    /// A one-time token was used before.
    TokenReplayed = "token_replayed",
    /// No such device.
    DeviceUnknown = "device_unknown",
    /// The device was revoked.
    DeviceRevoked = "device_revoked",
    /// No such key of a program, or none that works any more.
    KeyRefused = "key_refused",
    // Enrolment.
    /// No such invitation.
    InvitationUnknown = "invitation_unknown",
    /// The invitation has expired.
    InvitationExpired = "invitation_expired",
    /// The invitation was used by another key.
    InvitationUsed = "invitation_used",
    // Verdicts on changes.
    /// The bytes are not a change within the limits.
    ChangeMalformed = "change_malformed",
    /// The bytes are not the one canonical form of the change.
    ChangeNotCanonical = "change_not_canonical",
    /// A dependency is not there yet.
    MissingDependency = "missing_dependency",
    /// It depends on a change that was refused.
    DependsOnRefused = "depends_on_refused",
    /// The actor already has another change with this number, or one is left out.
    ChangeSequence = "change_sequence",
    /// The actor's previous change is not among its ancestors.
    ChangeAncestry = "change_ancestry",
    /// Its operations are numbered outside the allowed range.
    ChangeOperations = "change_operations",
    /// It names an actor that this document does not know.
    ActorUnknown = "actor_unknown",
    /// Its actor belongs to another person.
    ActorOwned = "actor_owned",
    /// It cannot be applied, says what no writer says there, leaves a document that cannot be loaded again or that two phones
    /// read differently, or ended the process that tried it.
    ChangeHarmful = "change_harmful",
    /// It claims to be genesis or a layer, and is not.
    GenesisForged = "genesis_forged",
    /// The document's kind, key and id do not fit together.
    CreateInvalid = "create_invalid",
    /// This person has sent too much to this document for now.
    QuotaExceeded = "quota_exceeded",
    /// The document is full.
    DocumentFull = "document_full",
    /// After a restore: no valid receipt for another person's change.
    ReceiptInvalid = "receipt_invalid",
    /// The document was erased.
    Erased = "erased",
}

impl ErrorCode {
    /// The code of this word.
    pub fn parse(word: &str) -> Self {
        Self::ALL.iter().find(|(_, known)| *known == word).map_or(Self::Unknown, |(code, _)| *code)
    }
}

impl std::fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl<C> Encode<C> for ErrorCode {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.str(self.as_str())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for ErrorCode {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        d.str().map(Self::parse)
    }
}

impl serde::Serialize for ErrorCode {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for ErrorCode {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Ok(Self::parse(&<std::borrow::Cow<'de, str>>::deserialize(d)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_reads_back_and_an_unknown_word_is_no_error() {
        for (code, word) in ErrorCode::ALL {
            assert_eq!(ErrorCode::parse(word), *code);
        }
        assert_eq!(ErrorCode::parse("from_the_future"), ErrorCode::Unknown);
    }

    #[test]
    fn the_protocol_page_lists_exactly_these_codes() {
        let page = include_str!("../../../docs/protocol.md");
        let (_, section) = page.split_once("\n## Error codes\n").unwrap();

        let listed: Vec<&str> = section
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split_once("` |"))
            .map(|(code, _)| code)
            .collect();

        let known: Vec<&str> = ErrorCode::ALL.iter().map(|(_, word)| *word).collect();
        assert_eq!(listed, known);
    }
}
