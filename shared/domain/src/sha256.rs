//! Digests.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Invalid;

/// A SHA-256 digest; in text, 64 hexadecimal digits, of which it prints the letters in lower case.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Sha256([u8; 32]);

impl Sha256 {
    /// Reads 64 hexadecimal digits, in capitals too: some programs print them so.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return Err(Invalid::NotADigest);
        }
        let value = |digit: u8| match digit {
            b'0'..=b'9' => Ok(digit - b'0'),
            b'a'..=b'f' => Ok(digit - b'a' + 10),
            b'A'..=b'F' => Ok(digit - b'A' + 10),
            _ => Err(Invalid::NotADigest),
        };
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = value(pair[0])? << 4 | value(pair[1])?;
        }
        Ok(Self(bytes))
    }

    /// The digest itself.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<[u8; 32]> for Sha256 {
    fn from(digest: [u8; 32]) -> Self {
        Self(digest)
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<Sha256> for String {
    fn from(digest: Sha256) -> Self {
        digest.to_string()
    }
}

impl TryFrom<String> for Sha256 {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_read_in_capitals_and_printed_in_one_spelling() {
        let text = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let digest = Sha256::parse(text).expect("a digest");
        assert_eq!(digest.to_string(), text);
        assert_eq!(&digest.as_bytes()[..2], [0xe3, 0xb0]);
        let capitals = Sha256::parse(&text.to_uppercase()).expect("a digest");
        assert_eq!(capitals.to_string(), text);
        for wrong in [&text[1..], &text.replace('e', "g"), ""] {
            assert_eq!(Sha256::parse(wrong), Err(Invalid::NotADigest), "{wrong}");
        }
    }
}
