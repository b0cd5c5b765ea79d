//! A ticket's priority and category, and where its service level stands. The names are the wire's, the stored items' and the filters'.

macro_rules! label {
    ($(#[$doc:meta])* $label:ident {
        $($(#[$vdoc:meta])* $variant:ident = $name:literal $(| $older:literal)*),+ $(,)?
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
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

            /// The value of this name, or of one that Verifik's clients use for it.
            pub fn parse(name: &str) -> Result<Self, $crate::Invalid> {
                match name {
                    $($name $(| $older)* => Ok(Self::$variant),)+
                    _ => Err($crate::Invalid::Unknown { allowed: Self::NAMES }),
                }
            }
        }

        impl std::fmt::Display for $label {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
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
        Technical = "technical" | "bug" | "error" | "integration" | "technical_support",
        /// Invoices and payments.
        Billing = "billing" | "payment" | "payments" | "invoice" | "refund",
        /// Users, access, data of the account.
        Account = "account" | "access" | "login" | "user",
        /// A wish.
        FeatureRequest = "feature_request" | "feature" | "feature-request" | "suggestion",
        /// Everything else.
        General = "general" | "question" | "support" | "other",
    }
}

label! {
    /// Where a ticket's service-level clocks stand, the worst of them first.
    SlaStatus {
        /// A target was missed.
        Breached = "breached",
        /// A target will be missed soon.
        AtRisk = "at_risk",
        /// Every clock runs in time.
        Ok = "ok",
        /// The clocks stand still.
        Paused = "paused",
        /// Every target was met.
        Met = "met",
        /// No clock runs on this ticket.
        None = "none",
    }
}

impl Priority {
    /// The next one up; none above `urgent`.
    pub fn raised(self) -> Option<Self> {
        match self {
            Self::Low => Some(Self::Medium),
            Self::Medium => Some(Self::High),
            Self::High => Some(Self::Urgent),
            Self::Urgent => None,
        }
    }
}
