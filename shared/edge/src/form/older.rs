//! Names that Verifik's clients use for fields this API calls otherwise.

use super::Form;
use crate::problem::Text;

impl Form {
    /// Reads a field under its older name, too. Both at once are refused: which of them counts would be a guess.
    pub fn older(&mut self, older: &str, field: &str) {
        let Some(value) = self.fields.remove(older) else {
            return;
        };
        if self.fields.contains_key(field) {
            let detail = Text::new(
                format!("`{older}` is an older name of `{field}`; give one of them."),
                format!("`{older}` es un nombre anterior de `{field}`; indique solo uno."),
            );
            self.refuse(older, "REPEATED_FIELD", detail);
        } else {
            self.fields.insert(field.to_owned(), value);
            if let Some(values) = self.lists.remove(older) {
                self.lists.insert(field.to_owned(), values);
            }
        }
    }

    /// Takes a field that older clients send and that means nothing here.
    pub fn ignore(&mut self, field: &str) {
        self.fields.remove(field);
    }
}
