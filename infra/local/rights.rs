//! IAM on one machine: a function may do what the template lets it do, and nothing else.
//!
//! The engines here let anybody do anything, so each function has a judge of its own before its requests: it knows the
//! function's policies, and refuses the rest. It also remembers which rights somebody has needed: a right that nobody
//! needs is one too many.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use functions::System;
use store::{Access, Guard};

use crate::template::{Right, Template};

/// What each function may do, and has done.
#[derive(Debug)]
pub struct Rights {
    granted: BTreeMap<String, Vec<Right>>,
    used: Mutex<BTreeSet<(String, Right)>>,
}

impl Rights {
    pub(crate) fn of(template: &Template) -> Arc<Self> {
        let functions = template.functions.iter();
        let granted = functions.map(|function| (function.name.clone(), function.rights.clone()));
        Arc::new(Self {
            granted: granted.collect(),
            used: Mutex::default(),
        })
    }

    /// The system as this function may use it.
    pub(crate) fn bound(self: &Arc<Self>, function: &str, system: &System) -> System {
        let (rights, function) = (Arc::clone(self), function.to_owned());
        let guard: Guard = Arc::new(move |access| rights.judge(&function, access));
        System {
            table: system.table.clone().guarded(&guard),
            bucket: system.bucket.clone().guarded(&guard),
            clock: system.clock.clone(),
        }
    }

    fn judge(&self, function: &str, access: &Access) -> Result<(), String> {
        let granted = self.granted.get(function).into_iter().flatten();
        match granted.filter(|right| right.covers(access)).min() {
            Some(right) => {
                let used = (function.to_owned(), right.clone());
                self.used().insert(used);
                Ok(())
            }
            None => Err(format!(
                "the template does not let {function} do {access}: AccessDenied"
            )),
        }
    }

    /// The rights that no function has needed so far: `create-ticket: dynamodb:PutItem on the table`.
    pub fn unused(&self) -> Vec<String> {
        let used = self.used();
        let granted = self.granted.iter();
        let all = granted.flat_map(|(function, rights)| rights.iter().map(move |r| (function, r)));
        all.filter(|(function, right)| !used.contains(&((*function).clone(), (*right).clone())))
            .map(|(function, right)| format!("{function}: {right}"))
            .collect()
    }

    fn used(&self) -> MutexGuard<'_, BTreeSet<(String, Right)>> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
