//! Refusals in words for the role that is refused: what is true for an agent need not be true for a customer.

use domain::{Role, Status};

use super::Text;

/// Why a field cannot be set so. It is said to customers alone: agents may set every field.
pub(super) fn may_not_set(field: &str) -> Text {
    match field {
        "status" => Text::new(
            "As a customer you may set `status` to resolved or closed, and on a resolved ticket to open.",
            "Como cliente puede poner `status` en resolved o closed, y en open si el ticket está resuelto.",
        ),
        "resolution" => Text::new(
            "As a customer you give a `resolution` only together with a `status` of resolved or closed.",
            "Como cliente solo puede indicar `resolution` junto con un `status` resolved o closed.",
        ),
        "client" => Text::new(
            "As a customer you open tickets for yourself: leave `client` out.",
            "Como cliente abre tickets para usted: omita `client`.",
        ),
        other => Text::new(
            format!("Your role may not set `{other}` here; agents may."),
            format!("Su rol no puede asignar `{other}` aquí; los agentes sí."),
        ),
    }
}

/// Why nothing, or not this, can be done to a closed ticket.
pub(super) fn ticket_closed(role: Role) -> Text {
    match role {
        Role::Customer => Text::new(
            "The ticket is closed; open a new one.",
            "El ticket está cerrado; abra uno nuevo.",
        ),
        Role::Agent | Role::Admin => Text::new(
            "The ticket is closed: notes and tags can still be added, and nothing else.",
            "El ticket está cerrado: aún admite notas y etiquetas, y nada más.",
        ),
    }
}

/// Why a ticket cannot be moved there without a resolution.
pub(super) fn resolution_required(to: Status, role: Role) -> Text {
    match role {
        // Closing owes none.
        Role::Customer => Text::new(
            "`resolution` is required to resolve a ticket; you may close yours without one.",
            "`resolution` es obligatoria para resolver un ticket; puede cerrar el suyo sin indicarla.",
        ),
        Role::Agent | Role::Admin => {
            let (en, es) = if to == Status::Closed {
                ("close", "cerrar")
            } else {
                ("resolve", "resolver")
            };
            Text::new(
                format!("`resolution` is required to {en} a ticket that has none yet."),
                format!(
                    "`resolution` es obligatoria para {es} un ticket que aún no tiene ninguna."
                ),
            )
        }
    }
}
