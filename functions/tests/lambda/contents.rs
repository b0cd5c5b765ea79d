//! The code, the OpenAPI document and the template name the same functions and routes.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;
use ventanilla::{Match, Template};

use crate::account::{Account, BINARIES, WITH_BUCKET, WITHOUT_TABLE};
use crate::event::Event;

/// A route: its function, method, path, and whether it asks for a token.
type Route = (String, String, String, bool);

fn template() -> Template {
    Template::embedded().expect("the template is readable")
}

fn deployed() -> BTreeSet<Route> {
    let functions = template().functions.into_iter();
    functions
        .flat_map(|function| {
            let name = function.name;
            function.routes.into_iter().filter_map(move |route| {
                let Match::Exactly(method, path) = route.matches else {
                    return None;
                };
                Some((name.clone(), method.to_string(), path, route.authorised))
            })
        })
        .collect()
}

fn documented(document: &Value) -> BTreeSet<Route> {
    let members = |value: &Value| value.as_object().cloned().unwrap_or_default();
    let mut routes = BTreeSet::new();
    for (path, item) in members(&document["paths"]) {
        for (method, operation) in members(&item) {
            let name = operation["operationId"].as_str().expect("an operationId");
            // Another name of a function says so after a dot: `update-ticket.put`.
            let name = name.split('.').next().unwrap_or_default();
            // `[{}]`: nothing is required.
            let free = operation["security"] == serde_json::json!([{}]);
            if method == "get" {
                // What answers to `GET` answers to `HEAD`, and the document need not say so.
                routes.insert((name.into(), "HEAD".into(), path.clone(), !free));
            }
            routes.insert((name.into(), method.to_uppercase(), path.clone(), !free));
        }
    }
    routes
}

fn files(folder: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("an entry").path())
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect()
}

#[test]
fn the_document_and_the_template_have_the_same_routes() {
    let document = serde_json::to_value(functions::openapi::document()).expect("JSON");
    assert_eq!(documented(&document), deployed());
}

#[test]
fn a_function_has_one_name_everywhere() {
    let names: BTreeSet<String> = BINARIES.map(|(name, _)| name.into()).into();
    let contents: Vec<_> = functions::contents()
        .iter()
        .map(|function| function.name.to_owned())
        .collect();
    assert_eq!(contents.len(), names.len());
    assert_eq!(BTreeSet::from_iter(contents), names);
    assert_eq!(files("src/bin"), names);
    assert_eq!(files("../infra/events"), names);
    let deployed = template().functions.into_iter();
    assert_eq!(
        deployed
            .map(|function| function.name)
            .collect::<BTreeSet<_>>(),
        names
    );
}

#[test]
fn a_function_s_resource_is_its_name_in_capitals() {
    let template = Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra/template.yaml");
    let template = fs::read_to_string(template).expect("the template is there");
    for (name, _) in BINARIES {
        let capitals: String = name
            .split('-')
            .map(|word| word[..1].to_uppercase() + &word[1..])
            .collect();
        let resource = template
            .split_once(&format!(
                "\n  {capitals}:\n    Type: AWS::Serverless::Function\n"
            ))
            .and_then(|(_, rest)| rest.split("\n\n").next())
            .unwrap_or_else(|| panic!("no resource {capitals}"));
        assert!(
            resource.contains(&format!("BuildProperties: {{ Binary: {name} }}\n")),
            "{capitals}"
        );
        let has = |variable: &str| resource.contains(&format!("{variable}: !Ref"));
        let with_table = !WITHOUT_TABLE.contains(&name);
        assert_eq!(has("VENTANILLA_TABLE"), with_table, "{capitals}");
        let with_bucket = WITH_BUCKET.contains(&name);
        assert_eq!(has("VENTANILLA_BUCKET"), with_bucket, "{capitals}");
    }
}

#[test]
fn an_operation_has_a_name_of_its_own() {
    let document = serde_json::to_value(functions::openapi::document()).expect("JSON");
    let mut names = BTreeSet::new();
    let items = document["paths"].as_object().expect("paths").values();
    let operations = items.flat_map(|item| item.as_object().expect("an item").values());
    for operation in operations {
        let name = operation["operationId"].as_str().expect("an operationId");
        assert!(names.insert(name), "{name} is the name of two operations");
        let is_older = operation["tags"][0] == "older names";
        assert_eq!(operation["deprecated"] == true, is_older, "{name}");
    }
}

#[test]
fn every_field_is_documented_as_it_is_spelled() {
    let document = serde_json::to_value(functions::openapi::document()).expect("JSON");
    let schemas = document["components"]["schemas"]
        .as_object()
        .expect("schemas");
    for (schema, described) in schemas {
        for field in described["properties"].as_object().into_iter().flatten() {
            let name = field.0;
            let spelled = !name.contains('_') || ["_id", "in_progress"].contains(&name.as_str());
            assert!(spelled, "{schema}.{name}");
        }
    }
}

#[test]
fn a_function_that_answers_nobody_runs_by_itself() {
    for function in template().functions {
        let (name, is_called) = (&function.name, !function.routes.is_empty());
        let is_scheduled = name == "check-deadlines";
        let is_told = name == "record-scan";
        assert_eq!(is_called, !is_scheduled && !is_told, "{name}");
        assert_eq!(!function.schedules.is_empty(), is_scheduled, "{name}");
        assert_eq!(!function.told_by.is_empty(), is_told, "{name}");
    }
}

#[test]
fn only_one_function_takes_what_no_route_does() {
    let rest: Vec<_> = template()
        .functions
        .into_iter()
        .filter(|function| {
            function
                .routes
                .iter()
                .any(|route| route.matches == Match::Rest)
        })
        .collect();
    let [function] = rest.as_slice() else {
        panic!("{rest:?}");
    };
    assert_eq!(function.name, "not-found");
    let open = function.routes.iter().all(|route| !route.authorised);
    assert!(open, "whoever is lost has no token to show");
}

#[tokio::test]
async fn the_document_is_served_to_anybody_and_has_every_route() {
    let account = Account::open().await;
    let answer = account.ask("openapi", Event::get("/v2/openapi.json")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["content-type"], "application/json");
    assert_eq!(answer.headers["cache-control"], "public, max-age=300");
    assert_eq!(answer.body["openapi"], "3.1.0");
    assert_eq!(documented(&answer.body), deployed());
    assert_eq!(
        answer.body,
        serde_json::to_value(functions::openapi::document()).expect("JSON")
    );
    account.close().await;
}
