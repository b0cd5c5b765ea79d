//! Who is talked to.

use aws_sdk_dynamodb::error::BoxError;
use hyper::header::{HOST, HeaderValue};
use hyper::{Request, Uri};

/// Who answers: connections to the same are interchangeable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    pub(super) is_secure: bool,
    /// Without the brackets of an IPv6 address.
    pub(super) host: String,
    pub(super) port: u16,
}

impl Origin {
    /// Takes it from a request's URI, and leaves there what HTTP/1.1 sends: the path, and a `Host`.
    pub(super) fn of<B>(request: &mut Request<B>) -> Result<Self, BoxError> {
        let uri = request.uri();
        let is_secure = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(format!("{uri} is neither http nor https").into()),
        };
        let name = uri.host().ok_or("a URI without a host")?;
        let port = uri.port_u16();
        let usual = if is_secure { 443 } else { 80 };
        let origin = Self {
            is_secure,
            host: name.trim_matches(['[', ']']).to_owned(),
            port: port.unwrap_or(usual),
        };
        // As the signature has it: the port only where it is not the usual one.
        let host = match port {
            Some(port) if port != usual => HeaderValue::try_from(format!("{name}:{port}")),
            _ => HeaderValue::from_str(name),
        }?;
        let path = uri.path_and_query().cloned();
        *request.uri_mut() = path.map_or_else(Uri::default, Uri::from);
        request.headers_mut().entry(HOST).or_insert(host);
        Ok(origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(uri: &str) -> Result<(Origin, Request<()>), String> {
        let mut request = Request::get(uri).body(()).expect("a request");
        match Origin::of(&mut request) {
            Ok(origin) => Ok((origin, request)),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn a_request_is_sent_by_its_path_and_names_the_host() {
        for (uri, is_secure, host, port, named, path) in [
            ("https://a.test", true, "a.test", 443, "a.test", "/"),
            ("https://a.test:443/b", true, "a.test", 443, "a.test", "/b"),
            (
                "http://a.test:443/",
                false,
                "a.test",
                443,
                "a.test:443",
                "/",
            ),
            ("http://[::1]:8/b?c", false, "::1", 8, "[::1]:8", "/b?c"),
        ] {
            let (origin, request) = told(uri).expect("it says who");
            let host = host.to_owned();
            let expected = Origin {
                is_secure,
                host,
                port,
            };
            assert_eq!(origin, expected, "{uri}");
            assert_eq!(request.uri().to_string(), path, "{uri}");
            assert_eq!(request.headers()[HOST], named, "{uri}");
        }
    }

    #[test]
    fn a_uri_that_says_not_how_is_refused() {
        assert_eq!(
            told("ftp://a.test/").expect_err("no such protocol"),
            "ftp://a.test/ is neither http nor https"
        );
        assert_eq!(
            told("/b").expect_err("no host"),
            "/b is neither http nor https"
        );
    }
}
