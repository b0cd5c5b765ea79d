//! Cursors: where a list goes on, opaque to those who carry it.
//!
//! A cursor is `base64url(digest ‖ position)`. The digest is over the tenant, the principal, the list with its filter,
//! and the position: a cursor of another of these, or one that was changed, is refused. There is no secret in it: what it
//! names, its reader may see (`onward.rs`). Who
//! forges a cursor reaches what the list would have shown anyway, because the position is only ever looked up inside
//! the caller's own tenant and filter.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use domain::Actor;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use thiserror::Error;

/// Bytes of SHA-256 kept: an accident is excluded, and that is all it is for.
const DIGEST: usize = 12;

/// The cursor is not one of this list's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the cursor does not belong to this list")]
pub struct BadCursor;

/// Whose cursor it is, and of which list.
pub(crate) struct Binding {
    digest: Sha256,
}

impl Binding {
    /// `list` names the list and everything that narrows it.
    pub(crate) fn new(actor: &Actor, list: &impl Serialize) -> Self {
        let list = serde_json::to_vec(list).expect("a filter is plain data");
        // `#` occurs in neither name, so no two bindings read the same.
        let digest = Sha256::new()
            .chain_update(actor.tenant.as_str())
            .chain_update("#")
            .chain_update(actor.principal.as_str())
            .chain_update("#")
            .chain_update(list)
            .chain_update("#");
        Self { digest }
    }

    pub(crate) fn seal(&self, position: &impl Serialize) -> String {
        let position = serde_json::to_vec(position).expect("a position is plain data");
        BASE64.encode([self.digest(&position).as_slice(), &position].concat())
    }

    pub(crate) fn open<T: DeserializeOwned>(&self, cursor: &str) -> Result<T, BadCursor> {
        let bytes = BASE64.decode(cursor).map_err(|_| BadCursor)?;
        let (digest, position) = bytes.split_at_checked(DIGEST).ok_or(BadCursor)?;
        if digest != self.digest(position) {
            return Err(BadCursor);
        }
        serde_json::from_slice(position).map_err(|_| BadCursor)
    }

    fn digest(&self, position: &[u8]) -> [u8; DIGEST] {
        let full = self.digest.clone().chain_update(position).finalize();
        std::array::from_fn(|i| full[i])
    }
}

#[cfg(test)]
mod tests {
    use domain::{Principal, Role, Tenant};

    use super::*;

    fn actor(tenant: &str, principal: &str) -> Actor {
        Actor {
            tenant: Tenant::parse(tenant).expect("a tenant"),
            principal: Principal::parse(principal).expect("a principal"),
            role: Role::Agent,
        }
    }

    #[test]
    fn a_cursor_opens_only_where_it_was_sealed() {
        let binding = Binding::new(&actor("acme", "ana"), &"open");
        let cursor = binding.seal(&(7, "x"));
        assert_eq!(binding.open(&cursor), Ok((7, "x".to_owned())));
        for (tenant, principal, list) in [
            ("other", "ana", "open"),
            ("acme", "bob", "open"),
            ("acme", "ana", "closed"),
        ] {
            let foreign = Binding::new(&actor(tenant, principal), &list);
            assert_eq!(foreign.open::<(i32, String)>(&cursor), Err(BadCursor));
        }
    }

    #[test]
    fn a_cursor_changed_anywhere_is_refused() {
        let binding = Binding::new(&actor("acme", "ana"), &"open");
        let cursor = binding.seal(&(7, "x"));
        for at in 0..cursor.len() {
            let mut changed = cursor.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).expect("ASCII");
            assert_eq!(
                binding.open::<(i32, String)>(&changed),
                Err(BadCursor),
                "{changed}"
            );
        }
        for wrong in ["", "AAAA", "not base64!", &cursor[..cursor.len() - 4]] {
            assert_eq!(
                binding.open::<(i32, String)>(wrong),
                Err(BadCursor),
                "{wrong}"
            );
        }
    }
}
