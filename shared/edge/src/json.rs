//! JSON in which nothing is lost: a name given twice in an object is legal JSON, and each reader would take another one.
//! And where it is wrong, the field is known in which it is.

mod fault;

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

pub(crate) use fault::Fault;

/// An object, and the paths of what is given more than once in it.
#[derive(Default)]
pub(crate) struct Read {
    pub(crate) value: Map<String, Value>,
    pub(crate) repeated: Vec<String>,
}

/// Reads an object, and nothing after it.
pub(crate) fn object(bytes: &[u8]) -> Result<Read, Fault> {
    let (repeated, wrong) = (RefCell::default(), RefCell::default());
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let at = At {
        path: String::new(),
        repeated: &repeated,
        wrong: &wrong,
    };
    let value = at.deserialize(&mut json).map_err(|cause| Fault {
        cause,
        path: wrong.take().unwrap_or_default(),
    })?;
    json.end().map_err(Fault::nowhere)?;
    let Value::Object(value) = value else {
        return Err(Fault::nowhere(serde_json::Error::custom("no object")));
    };
    let repeated = repeated.into_inner();
    Ok(Read { value, repeated })
}

/// A place in a document.
struct At<'a> {
    path: String,
    repeated: &'a RefCell<Vec<String>>,
    /// The path of the innermost value that could not be read.
    wrong: &'a RefCell<Option<String>>,
}

impl At<'_> {
    fn member(&self, name: &str) -> Self {
        let path = if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        };
        Self { path, ..*self }
    }

    fn element(&self, i: usize) -> Self {
        let path = format!("{}[{i}]", self.path);
        Self { path, ..*self }
    }
}

impl<'de> DeserializeSeed<'de> for At<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        let value = deserializer.deserialize_any(&self);
        if value.is_err() {
            // What is around it fails after it.
            self.wrong.borrow_mut().get_or_insert(self.path);
        }
        value
    }
}

impl<'de> Visitor<'de> for &At<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    /// JSON has one kind of number: `5.0` and `5e0` are the integer that `5` is.
    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        let whole: Option<i64> = value.to_string().parse().ok();
        Ok(whole.map_or_else(
            || value.into(),
            |whole| u64::try_from(whole).map_or_else(|_| whole.into(), Value::from),
        ))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = elements.next_element_seed(self.element(values.len()))? {
            values.push(value);
        }
        Ok(values.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut fields = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let at = self.member(&name);
            let path = at.path.clone();
            let value = members.next_value_seed(at)?;
            if fields.contains_key(&name) {
                self.repeated.borrow_mut().push(path);
            } else {
                fields.insert(name, value);
            }
        }
        Ok(fields.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_repeated_is_named_by_its_path() {
        let text = br#"{"a":1,"b":{"c":[1,{"d":2,"d":3}],"c":4},"a":{"e":1,"e":2}}"#;
        let read = object(text).expect("an object");
        assert_eq!(read.repeated, ["b.c[1].d", "b.c", "a.e", "a"]);
        let first = serde_json::json!({ "a": 1, "b": { "c": [1, { "d": 2 }] } });
        assert_eq!(Value::from(read.value), first);
    }

    #[test]
    fn a_whole_number_is_one_however_it_is_spelled() {
        let text = b"[5.0,5e0,5000000.0,5E6,-0.0,-3.0,1.5,5.000000001,1e300]";
        let text = [b"{\"a\":".as_slice(), text, b"}"].concat();
        let read = object(&text).expect("an object").value;
        let numbers = read["a"].as_array().expect("a list");
        let whole: Vec<_> = numbers.iter().map(Value::as_u64).collect();
        let expected = [
            Some(5),
            Some(5),
            Some(5_000_000),
            Some(5_000_000),
            Some(0),
            None,
            None,
            None,
            None,
        ];
        assert_eq!(whole, expected);
        assert_eq!(numbers[5], -3);
        assert_eq!(numbers[6], 1.5);
    }

    #[test]
    fn anything_is_read_as_it_would_be_otherwise() {
        let text = r#"{"a":[null,true,-1,18446744073709551615,1.5,"\u00f1",{}],"":{"":[]}}"#;
        let whole: Value = serde_json::from_str(text).expect("JSON");
        assert_eq!(
            Value::from(object(text.as_bytes()).expect("an object").value),
            whole
        );
        for wrong in ["[]", "1", "{} {}", "{", "{\"a\":}"] {
            assert!(object(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_named_by_its_path_and_in_words() {
        let told = |text: &[u8]| {
            let fault = object(text).err().expect("a fault");
            let path = fault.path.clone();
            let problem = crate::Problem::from(fault);
            (path, problem.detail().expect("a detail").en.to_string())
        };
        let half = "has half of a character: a surrogate such as \\ud83d without its other half";
        for (text, path, why) in [
            (br#"{"title":"a\ud83d"}"# as &[u8], "title", half),
            (br#"{"title":"\ude00"}"#, "title", half),
            (br#"{"title":"\ud83d\ud83d"}"#, "title", half),
            (br#"{"title":"\ud83dx"}"#, "title", half),
            (br#"{"a":1,"tags":["b","\ud83d!"]}"#, "tags[1]", half),
            (br#"{"policy":{"name":"\ud83d"}}"#, "policy.name", half),
            (
                b"{\"title\":\"caf\xe9\"}",
                "title",
                "has bytes that are not UTF-8",
            ),
            (
                b"{\"a\":[{\"b\":\"\xed\xa0\xbd\"}]}",
                "a[0].b",
                "has bytes that are not UTF-8",
            ),
            (
                b"{\"message\":\"a\nb\"}",
                "message",
                "has a control character",
            ),
            (
                br#"{"message":"a\x"}"#,
                "message",
                "has an escape that JSON does not have",
            ),
            (
                br#"{"message":"a"#,
                "message",
                "has no closing quotation mark",
            ),
            (
                br#"{"size":1e999}"#,
                "size",
                "has a number that is too large",
            ),
            (
                br#"{"size":01}"#,
                "size",
                "has a number that JSON does not have",
            ),
            (br#"{"size":}"#, "size", "is not valid JSON"),
            (
                br#"{"size":1"#,
                "",
                "The body is not valid JSON: it ends too early",
            ),
            (
                br#"{"a":1} x"#,
                "",
                "The body is not valid JSON: something follows",
            ),
            (
                b"{\"caf\xe9\":1}",
                "",
                "The body has bytes that are not UTF-8",
            ),
            (b"[]", "", "The body must be a JSON object."),
        ] {
            let (at, said) = told(text);
            let text = String::from_utf8_lossy(text);
            assert_eq!(at, path, "{text}: {said}");
            let subject = if path.is_empty() {
                String::new()
            } else {
                format!("`{path}` ")
            };
            assert!(
                said.starts_with(&format!("{subject}{why}")),
                "{text}: {said}"
            );
        }
    }
}
