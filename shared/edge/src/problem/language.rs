//! The language a client is spoken to in.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::Text;

/// The language a problem's detail is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    Spanish,
}

/// The language a caller is spoken to in: `en` or `es`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Speaks(pub &'static str);

impl<S: Sync> FromRequestParts<S> for Speaks {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(Language::of(&parts.headers).tag()))
    }
}

impl Language {
    /// The one of ours the client likes best; English when it does not care.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let accepted = headers
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let mut best = (Self::English, 0.0);
        for range in accepted.split(',') {
            let (tag, weight) = range.split_once(';').unwrap_or((range, ""));
            let weight = weight
                .trim()
                .strip_prefix('q')
                .and_then(|rest| rest.trim_start().strip_prefix('='))
                .map_or(Some(1.0), |q| q.trim().parse().ok())
                .unwrap_or(0.0);
            let primary = tag.trim().split('-').next().unwrap_or_default();
            let language = match primary.to_ascii_lowercase().as_str() {
                "es" => Self::Spanish,
                "en" => Self::English,
                _ => continue,
            };
            if weight > best.1 {
                best = (language, weight);
            }
        }
        best.0
    }

    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
        }
    }

    pub(super) fn pick(self, text: &Text) -> &str {
        match self {
            Self::English => &text.en,
            Self::Spanish => &text.es,
        }
    }
}

/// A character by its number, which can be looked up; and as it is, where it can be seen.
pub(crate) fn spelled(character: char) -> String {
    let number = format!("U+{:04X}", u32::from(character));
    if character.is_ascii_graphic() {
        format!("{number} ({character})")
    } else {
        number
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_language_is_the_one_of_ours_the_client_likes_best() {
        let of = |accepted: &'static str| {
            Language::of(&HeaderMap::from_iter([(
                header::ACCEPT_LANGUAGE,
                HeaderValue::from_static(accepted),
            )]))
        };
        assert_eq!(Language::of(&HeaderMap::new()), Language::English);
        assert_eq!(of("es"), Language::Spanish);
        assert_eq!(of("es-CO,es;q=0.9,en;q=0.8"), Language::Spanish);
        assert_eq!(of("en;q=0.5, es;q=0.9"), Language::Spanish);
        assert_eq!(of("en-GB, es;q=0.9"), Language::English);
        assert_eq!(of("fr, de;q=0.5"), Language::English);
        assert_eq!(of("es; q = 0.1, en;q=0.9"), Language::English);
        assert_eq!(of("es;q=0"), Language::English);
        assert_eq!(of(";;;,,q="), Language::English);
    }
}
