//! A ticket's priority and category. The names are the wire's, the stored items' and the filters'.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Invalid;

macro_rules! label {
    ($(#[$doc:meta])* $label:ident { $($(#[$vdoc:meta])* $variant:ident = $name:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $label {
            $($(#[$vdoc])* #[serde(rename = $name)] $variant,)+
        }

        impl $label {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// Every name, in the same order.
            pub const NAMES: &'static [&'static str] = &[$($name),+];

            /// Its name on the wire and in the table.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The value of this name.
            pub fn parse(name: &str) -> Result<Self, Invalid> {
                match name {
                    $($name => Ok(Self::$variant),)+
                    _ => Err(Invalid::Unknown { allowed: Self::NAMES }),
                }
            }
        }

        impl fmt::Display for $label {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}
pub(crate) use label;

label! {
    /// How much it hurts, from least to most.
    Priority {
        /// A question that can wait.
        Low = "low",
        /// The default.
        Medium = "medium",
        /// Work is hindered.
        High = "high",
        /// Work has stopped. There is nothing above.
        Urgent = "urgent",
    }
}

label! {
    /// What a ticket is about, for routing and reports.
    Category {
        /// Something does not work.
        Technical = "technical",
        /// Invoices and payments.
        Billing = "billing",
        /// Users, access, data of the account.
        Account = "account",
        /// A wish.
        FeatureRequest = "feature_request",
        /// Everything else.
        General = "general",
    }
}
