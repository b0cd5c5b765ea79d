//! Items as DynamoDB writes them: JSON in which every value says what it is, as in `{"seq": {"N": "7"}}`.
//!
//! The SDK makes maps of maps of it, which are then taken apart again: of a read that was most of the work. Here the
//! text is read straight into the items, by the same `Deserialize` as the SDK's maps are. Read are the kinds that are
//! written: texts, numbers, flags, nothing, lists, maps.

mod content;
#[cfg(test)]
mod tests;

use std::fmt;
use std::marker::PhantomData;

use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor,
};
use serde::{Deserialize, forward_to_deserialize_any};
use serde_json::value::RawValue;

use content::{Flag, List, Map, Number, Text, Variant};

/// An item, read from its JSON.
pub(crate) struct Stored<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Stored<T> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        T::deserialize(Attributes(json)).map(Self)
    }
}

/// An item whose kind is still to be seen.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Unread(Box<RawValue>);

impl Unread {
    /// The item, or as much of it as is wanted.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        let Stored(item) = serde_json::from_str(self.0.get())?;
        Ok(item)
    }
}

/// The attributes of an item, or of a map in one. Its names are names; its values are [`Value`]s.
struct Attributes<T>(T);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Attributes<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(Map(visitor))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Attributes<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        self.0.next_key_seed(seed)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.0.next_value_seed(Value(seed))
    }
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(field_identifier)]
enum Kind {
    #[serde(rename = "S")]
    Text,
    #[serde(rename = "N")]
    Number,
    #[serde(rename = "BOOL")]
    Flag,
    #[serde(rename = "NULL")]
    Nothing,
    #[serde(rename = "L")]
    List,
    #[serde(rename = "M")]
    Map,
    /// Nothing here writes it: it can be passed over only.
    #[serde(other)]
    Another,
}

/// A value, `{"S": "…"}`: says of which kind it is, and holds it.
struct Value<S>(S);

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Value<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<S::Value, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de, S: DeserializeSeed<'de>> Visitor<'de> for Value<S> {
    type Value = S::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that says what it is")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<S::Value, A::Error> {
        let kind = map.next_key()?;
        let kind = kind.ok_or_else(|| Error::custom("a value of no kind"))?;
        let value = self.0.deserialize(Held {
            kind,
            map: &mut map,
        })?;
        ended(map)?;
        Ok(value)
    }
}

/// One name is all there may be.
fn ended<'de, A: MapAccess<'de>>(mut map: A) -> Result<(), A::Error> {
    match map.next_key::<IgnoredAny>()? {
        None => Ok(()),
        Some(_) => Err(Error::custom("more than one value in a value")),
    }
}

/// What a value holds, once its kind is known.
struct Held<'a, A> {
    kind: Kind,
    map: &'a mut A,
}

impl<'de, A: MapAccess<'de>> Held<'_, A> {
    /// Reads it if it is of this kind. What else it may be is not told: the text of an error is for the log.
    fn of<S: DeserializeSeed<'de>>(self, kind: Kind, seed: S) -> Result<S::Value, A::Error> {
        if self.kind == kind {
            self.map.next_value_seed(seed)
        } else {
            let found = self.kind;
            Err(Error::custom(format_args!("{found:?} for {kind:?}")))
        }
    }
}

macro_rules! number {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
            self.of(Kind::Number, Number(visitor))
        })*
    };
}

impl<'de, A: MapAccess<'de>> Deserializer<'de> for Held<'_, A> {
    type Error = A::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        match self.kind {
            Kind::Text => self.deserialize_str(visitor),
            Kind::Number => self.of(Kind::Number, Number(visitor)),
            Kind::Flag => self.deserialize_bool(visitor),
            Kind::Nothing => self.deserialize_unit(visitor),
            Kind::List => self.deserialize_seq(visitor),
            Kind::Map => self.deserialize_map(visitor),
            Kind::Another => Err(Error::custom("a value of an unknown kind")),
        }
    }

    number! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8 deserialize_u16
        deserialize_u32 deserialize_u64 deserialize_f32 deserialize_f64
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        self.of(Kind::Text, Text(visitor))
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        self.of(Kind::Text, Text(visitor))
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        self.of(Kind::Flag, Flag(visitor))
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        self.of(Kind::Nothing, PhantomData::<bool>)?;
        visitor.visit_unit()
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        if self.kind == Kind::Nothing {
            self.of(Kind::Nothing, PhantomData::<bool>)?;
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        self.of(Kind::List, List(visitor))
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        self.of(Kind::Map, Map(visitor))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        if self.kind == Kind::Map {
            self.map.next_value_seed(Variant(visitor))
        } else {
            self.of(Kind::Text, Variant(visitor))
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        self.map.next_value::<IgnoredAny>()?;
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        char bytes byte_buf unit_struct tuple_struct identifier
    }
}
