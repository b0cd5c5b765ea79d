//! Whether the catalogue of codes (`edge::catalogue`) is the one the code base says, and the readers' table the one the
//! catalogue makes.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use domain::{Metric, Priority};
use edge::view::WEEKDAYS;
use edge::{FIELDS, REQUIRED, catalogue};

/// Capitals that are no codes: what the environment, a scan and S3 say.
const OTHERS: &[&str] = &[
    "ACCESS_DENIED",
    "CARGO_BIN_NAME",
    "CARGO_PKG_VERSION",
    "NO_THREATS_FOUND",
    "THREATS_FOUND",
];

/// What reads a field that must be there, and what reads one that may be.
const MUST: &[&str] = &[
    "required",
    "required_number",
    "required_moment",
    "required_list",
    "object",
    "only_one",
];
const MAY: &[&str] = &[
    "optional",
    "optional_list",
    "nullable_list",
    "optional_number",
    "optional_object",
    "nullable",
    "list",
    "set",
    "number",
    "numbers",
    "flag",
    "boolean",
    "moment",
    "objects",
    "pairs",
    "wrong",
];

fn sources() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut folders = vec![root.join("functions/src"), root.join("shared/edge/src")];
    let mut texts = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of sources") {
            let path: PathBuf = entry.expect("a file").path();
            let name = path.file_name().and_then(|name| name.to_str());
            let name = name.unwrap_or_default();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension() == Some("rs".as_ref())
                && !["codes.rs", "tests.rs"].contains(&name)
            {
                let text = fs::read_to_string(&path).expect("a source");
                let shown = text.split("#[cfg(test)]").next().unwrap_or_default();
                texts.push(shown.split_whitespace().collect::<Vec<_>>().join(" "));
            }
        }
    }
    texts
}

/// Every text of a source that is written like a code.
fn literals(source: &str) -> impl Iterator<Item = &str> {
    source.split('"').filter(|text| {
        let is_code = |byte: u8| byte.is_ascii_uppercase() || byte == b'_';
        let is_one = *text == "FORBIDDEN" || *text == "UNAUTHORIZED";
        (is_one || text.contains('_'))
            && text.bytes().all(is_code)
            && !OTHERS.contains(text)
            && !text.starts_with('_')
            && !text.starts_with("VENTANILLA_")
            && !text.starts_with("AWS_")
    })
}

/// The fields that one of these readers reads by their names: `form.required("title", …)`, `set(form, "tags", …)`.
fn fields(source: &str, readers: &[&str]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in source.match_indices('(') {
        let before = source[..at].trim_end();
        let reader = before
            .rsplit(|character: char| !(character.is_ascii_alphanumeric() || character == '_'))
            .next();
        if !reader.is_some_and(|reader| readers.contains(&reader)) {
            continue;
        }
        let mut rest = source[at + 1..].trim_start();
        let is_form = before.contains("form") || rest.starts_with("form");
        rest = rest.strip_prefix("form, ").unwrap_or(rest);
        let name = rest
            .strip_prefix('"')
            .and_then(|rest| rest.split('"').next());
        found.extend(name.filter(|_| is_form).map(str::to_owned));
    }
    found
}

fn names() -> BTreeSet<String> {
    let codes = catalogue();
    let names: BTreeSet<_> = codes.iter().map(|code| code.name.clone()).collect();
    assert_eq!(names.len(), codes.len(), "a code is there twice");
    names.into_iter().map(String::from).collect()
}

#[test]
fn the_catalogue_has_every_code_that_is_said_and_no_other() {
    let (known, sources) = (names(), sources());
    let said: BTreeSet<String> = sources
        .iter()
        .flat_map(|source| literals(source).map(str::to_owned))
        .collect();
    let missing: Vec<_> = said.difference(&known).collect();
    assert!(missing.is_empty(), "not in `CODES`: {missing:?}");

    let read_by = |readers: &[&str]| -> BTreeSet<String> {
        let found = sources.iter().map(|source| fields(source, readers));
        found.flatten().collect()
    };
    let required: BTreeSet<String> = read_by(MUST);
    let mut all = read_by(&[MUST, MAY].concat());
    all.extend(read_by(&["window"]));
    // Those that are read in a loop over their names, or two by two.
    all.extend(Priority::NAMES.iter().map(ToString::to_string));
    all.extend(Metric::NAMES.iter().map(ToString::to_string));
    all.extend(WEEKDAYS.iter().map(|(name, _)| (*name).to_owned()));
    all.extend(["createdTo", "updatedTo"].map(str::to_owned));
    let listed =
        |fields: &[&str]| -> BTreeSet<String> { fields.iter().map(ToString::to_string).collect() };
    let missing: Vec<_> = required.difference(&listed(REQUIRED)).cloned().collect();
    assert!(missing.is_empty(), "not in `REQUIRED`: {missing:?}");
    let missing: Vec<_> = all.difference(&listed(FIELDS)).cloned().collect();
    assert!(missing.is_empty(), "not in `FIELDS`: {missing:?}");

    let of_fields = |code: &String| {
        let of = |name: &String, prefix: &str, suffix: &str| {
            let mut upper = String::new();
            for character in name.chars() {
                if character.is_ascii_uppercase() {
                    upper.push('_');
                }
                upper.push(character.to_ascii_uppercase());
            }
            *code == format!("{prefix}{upper}{suffix}")
        };
        required.iter().any(|name| of(name, "", "_REQUIRED"))
            || all.iter().any(|name| of(name, "INVALID_", ""))
    };
    let never: Vec<_> = known
        .difference(&said)
        .filter(|code| !of_fields(code))
        .collect();
    assert!(
        never.is_empty(),
        "in the catalogue, and never said: {never:?}"
    );
}

/// The readers' table.
fn table() -> String {
    let mut table = String::from(
        "# Codes\n\nEvery `code` a problem or one of its `errors` can have. Programs go by it: it stays when words change. \
         More may come.\nThis table is made of `shared/edge/src/problem/codes.rs`; a test compares the two.\n\n\
         | code | status | means | significa |\n|---|---|---|---|\n",
    );
    for code in catalogue() {
        let (name, statuses) = (&code.name, code.statuses);
        let _ = writeln!(
            table,
            "| `{name}` | {statuses} | {} | {} |",
            code.en, code.es
        );
    }
    table
}

/// `INSTA_UPDATE=always` writes it anew, as it does the OpenAPI document.
#[test]
fn the_readers_table_is_the_one_the_catalogue_makes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("CODES.md");
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        fs::write(&path, table()).expect("written");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(written, table(), "run again with INSTA_UPDATE=always");
}

#[test]
fn the_document_lists_every_code() {
    let document = serde_json::to_value(crate::openapi::document()).expect("a document");
    let listed = &document["components"]["schemas"]["ProblemCode"]["enum"];
    let listed: BTreeSet<String> = serde_json::from_value(listed.clone()).expect("names");
    assert_eq!(listed, names());
}
