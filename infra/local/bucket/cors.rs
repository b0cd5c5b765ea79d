//! What pages in a browser may do with the bucket: the template's CORS rules, asked in order as S3 asks them.
//!
//! Where a rule is for the pages that the template's `Origins` name, this machine's pages are meant: any page whose
//! origin is a loopback address.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::guard::Refused;
use crate::template::CorsRule;

/// What S3 says its answer depends on, wherever a page asks.
const VARY: &str = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";

/// The answer to a browser that asks whether its page may do something; none to any other request.
pub(crate) fn preflight(request: &Request, rules: &[CorsRule]) -> Option<Response> {
    let headers = request.headers();
    let method = headers.get(header::ACCESS_CONTROL_REQUEST_METHOD)?;
    if request.method() != Method::OPTIONS {
        return None;
    }
    let wanted = headers.get(header::ACCESS_CONTROL_REQUEST_HEADERS);
    let wanted = wanted.and_then(|wanted| wanted.to_str().ok());
    let wanted: Vec<String> = wanted
        .unwrap_or_default()
        .split(',')
        .map(|name| name.trim().to_ascii_lowercase())
        .filter(|name| !name.is_empty())
        .collect();
    let rule = method.to_str().ok().and_then(|method| {
        let fits = |rule: &&CorsRule| wanted.iter().all(|name| rule.takes(name));
        rules.iter().filter(fits).find_map(|rule| {
            let origin = rule.origin(headers, method)?;
            Some((rule, origin))
        })
    });
    let Some((rule, origin)) = rule else {
        let refused = Refused(
            StatusCode::FORBIDDEN,
            "AccessForbidden",
            "CORSResponse: This CORS request is not allowed.",
        );
        return Some(refused.into_response());
    };
    let mut response = StatusCode::OK.into_response();
    rule.say(response.headers_mut(), origin);
    let more = [
        (header::ACCESS_CONTROL_ALLOW_HEADERS, wanted.join(", ")),
        (header::ACCESS_CONTROL_MAX_AGE, rule.max_age.to_string()),
    ];
    add(response.headers_mut(), more);
    Some(response)
}

/// Lets the page that has made a request see its answer, if a rule does.
pub(crate) fn allow(
    answer: &mut HeaderMap,
    asked: &HeaderMap,
    method: &Method,
    rules: &[CorsRule],
) {
    let rule = rules.iter().find_map(|rule| {
        let origin = rule.origin(asked, method.as_str())?;
        Some((rule, origin))
    });
    if let Some((rule, origin)) = rule {
        rule.say(answer, origin);
    }
}

impl CorsRule {
    /// Whether it takes a header, by its name in lower case.
    fn takes(&self, name: &str) -> bool {
        let mut taken = self.headers.iter();
        taken.any(|taken| taken == "*" || taken.eq_ignore_ascii_case(name))
    }

    /// What it calls the origin of a request of this method, if the rule is for it.
    fn origin(&self, headers: &HeaderMap, method: &str) -> Option<HeaderValue> {
        headers.get(header::ORIGIN)?;
        let is_for = self.methods.iter().any(|allowed| allowed == method);
        if self.from_anywhere {
            return is_for.then(|| HeaderValue::from_static("*"));
        }
        crate::loopback::origin(headers).filter(|_| is_for)
    }

    /// Says what every answer to such a page says.
    fn say(&self, answer: &mut HeaderMap, origin: HeaderValue) {
        if !self.from_anywhere {
            let credentials = HeaderValue::from_static("true");
            answer.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, credentials);
        }
        answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        answer.insert(header::VARY, HeaderValue::from_static(VARY));
        let lists = [
            (
                header::ACCESS_CONTROL_ALLOW_METHODS,
                self.methods.join(", "),
            ),
            (
                header::ACCESS_CONTROL_EXPOSE_HEADERS,
                self.exposed.join(", "),
            ),
        ];
        add(answer, lists);
    }
}

/// Adds headers that have something to say.
fn add<const N: usize>(answer: &mut HeaderMap, headers: [(HeaderName, String); N]) {
    let said = headers.into_iter().filter(|(_, value)| !value.is_empty());
    answer.extend(said.filter_map(|(name, value)| Some((name, value.parse().ok()?))));
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;
    use crate::template::Template;

    fn asks(origin: &str, method: &str, headers: &str) -> Option<Response> {
        let request = Request::builder()
            .method(Method::OPTIONS)
            .uri("/b/k")
            .header("origin", origin)
            .header("access-control-request-method", method)
            .header("access-control-request-headers", headers);
        let request = request.body(Body::empty()).unwrap();
        preflight(&request, &Template::embedded().unwrap().bucket.cors)
    }

    #[test]
    fn only_pages_of_this_machine_may_upload_and_any_may_fetch() {
        let status =
            |origin, method| asks(origin, method, "content-type").map(|r| r.status().as_u16());
        assert_eq!(status("http://localhost:5173", "PUT"), Some(200));
        assert_eq!(status("http://[::1]:5173", "PUT"), Some(200));
        for other in [
            "https://evil.example",
            "null",
            "http://localhost.evil.example",
        ] {
            assert_eq!(status(other, "PUT"), Some(403), "{other}");
            assert_eq!(status(other, "GET"), Some(200), "{other}");
        }
        for method in ["DELETE", "POST", "HEAD"] {
            assert_eq!(
                status("http://localhost:5173", method),
                Some(403),
                "{method}"
            );
        }
        let said = asks(
            "http://localhost:5173",
            "PUT",
            "If-None-Match, x-amz-tagging",
        )
        .unwrap();
        let header = |name: &str| said.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(
            header("access-control-allow-headers"),
            "if-none-match, x-amz-tagging"
        );
        assert_eq!(header("access-control-allow-methods"), "PUT");
        assert_eq!(header("access-control-max-age"), "3600");
        let plain = Request::builder().uri("/b/k").body(Body::empty()).unwrap();
        assert!(preflight(&plain, &[]).is_none());
    }

    #[test]
    fn a_header_that_no_rule_takes_is_not_sent() {
        let rule = CorsRule {
            from_anywhere: true,
            methods: vec!["GET".into()],
            headers: vec!["Range".into()],
            exposed: Vec::new(),
            max_age: 0,
        };
        let ask = |headers: &str| {
            let request = Request::builder()
                .method(Method::OPTIONS)
                .uri("/b/k")
                .header("origin", "null")
                .header("access-control-request-method", "GET")
                .header("access-control-request-headers", headers);
            let request = request.body(Body::empty()).unwrap();
            preflight(&request, std::slice::from_ref(&rule)).map(|r| r.status().as_u16())
        };
        assert_eq!(ask("range"), Some(200));
        assert_eq!(ask("range,authorization"), Some(403));
    }
}
