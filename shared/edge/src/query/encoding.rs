//! Which parameters of a query are no text: `%ff` is no UTF-8, and read as if it were, it would be another character.

/// The names of the parameters that are not UTF-8 once they are decoded, in their name or in their value.
pub(super) fn undecodable(query: &str) -> impl Iterator<Item = String> {
    let pairs = query.split('&').filter(|pair| !is_text(pair));
    pairs.map(|pair| {
        let name = pair.split('=').next().unwrap_or_default();
        String::from_utf8_lossy(&decoded(name)).into_owned()
    })
}

fn is_text(pair: &str) -> bool {
    // The separators are ASCII, so that a pair is a text when both of its sides are.
    std::str::from_utf8(&decoded(pair)).is_ok()
}

/// The bytes that a percent-encoded text stands for. What is no escape stands for itself.
fn decoded(text: &str) -> Vec<u8> {
    let digit = |byte: Option<&u8>| {
        let digit = char::from(*byte?).to_digit(16)?;
        u8::try_from(digit).ok()
    };
    let bytes = text.as_bytes();
    let (mut decoded, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while let Some(&byte) = bytes.get(at) {
        let escape = digit(bytes.get(at + 1)).zip(digit(bytes.get(at + 2)));
        let escape = escape.filter(|_| byte == b'%');
        decoded.push(escape.map_or(byte, |(high, low)| high * 16 + low));
        at += if escape.is_some() { 3 } else { 1 };
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_utf_8_is_named() {
        let named = |query: &str| undecodable(query).collect::<Vec<_>>();
        for fine in [
            "",
            "a=b",
            "tag=%C3%B1&x=1",
            "tag=%zz",
            "tag=100%",
            "tag=%25ff",
            "ñ=1",
            "a=%",
            "a=%c",
        ] {
            assert_eq!(named(fine), [""; 0], "{fine}");
        }
        assert_eq!(named("tag=%ff&status=open&client=a%C3"), ["tag", "client"]);
        assert_eq!(named("%ff=1"), ["\u{fffd}"]);
        assert_eq!(named("tag=%ED%A0%BD"), ["tag"], "half a surrogate pair");
    }
}
