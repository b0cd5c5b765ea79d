//! Problems of requests that lead nowhere: no such path, or not by this method.

use axum::http::{Method, StatusCode, header};

use super::{Problem, Text};
use crate::answer::listed;

impl Problem {
    /// 404: the API has no such path.
    pub fn not_found() -> Self {
        let detail = Text::new(
            "There is nothing at this path; GET /v2/openapi.json lists the paths there are.",
            "No hay nada en esta ruta; GET /v2/openapi.json enumera las que existen.",
        );
        Self::refused(StatusCode::NOT_FOUND, "NOT_FOUND", detail)
    }

    /// 404: there is no such path; there is this one, which has fewer slashes.
    pub fn no_such_path(meant: Option<&str>) -> Self {
        let Some(meant) = meant else {
            return Self::not_found();
        };
        let detail = Text::new(
            format!(
                "There is nothing at this path, which has a slash too many; there is `{meant}`."
            ),
            format!("No hay nada en esta ruta, que tiene una barra de más; existe `{meant}`."),
        );
        Self::refused(StatusCode::NOT_FOUND, "NOT_FOUND", detail)
    }

    /// 405: the path exists, with other methods.
    pub fn method_not_allowed(allowed: &[Method]) -> Self {
        let allowed = listed(allowed);
        let detail = Text::new(
            format!("This path answers to {allowed}."),
            format!("Esta ruta responde a {allowed}."),
        );
        Self::refused(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", detail)
            .header(header::ALLOW, &allowed)
    }
}
