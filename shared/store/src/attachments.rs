//! Attachments as they are found: by the ticket they are on and their name; and what a scan has said of them.

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use domain::{Attachment, AttachmentId, Scan, Tenant, TicketId, Visibility};

use crate::error::{Error, if_it_held};
use crate::items::{AttachmentItem, ScanItem};
use crate::json::Stored;
use crate::keys::Key;
use crate::meter;
use crate::table::Table;

/// A file on an entry of a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    /// The file.
    pub attachment: Attachment,
    /// Who may read the entry it is on, and so the file.
    pub visibility: Visibility,
    /// The version of its object.
    pub object: String,
    /// Whether a scan says something of it, sooner or later.
    pub scan_awaited: bool,
}

impl Table {
    /// The file of a ticket that has this name.
    pub async fn attachment(
        &self,
        tenant: &Tenant,
        ticket: TicketId,
        id: AttachmentId,
    ) -> Result<Option<Attached>, Error> {
        let item = self.get(Key::attachment(tenant, ticket, id)).await?;
        let attached = |Stored(item): Stored<AttachmentItem>| Attached {
            attachment: item.attachment,
            visibility: item.visibility,
            object: item.object,
            scan_awaited: item.scan_awaited,
        };
        Ok(item.map(attached))
    }

    /// What a scan has said of a file, if it has said anything yet.
    pub async fn scan(&self, tenant: &Tenant, id: AttachmentId) -> Result<Option<Scan>, Error> {
        let item = self.get(Key::scan(tenant, id)).await?;
        Ok(item.map(|Stored(ScanItem { scan })| scan))
    }

    /// Records what a scan has said of a file. What was blocked stays so, whatever comes later or comes again.
    pub async fn record_scan(
        &self,
        tenant: &Tenant,
        id: AttachmentId,
        scan: Scan,
    ) -> Result<(), Error> {
        let mut put = self
            .client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(ScanItem { scan }.at(tenant, id)))
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        if scan != Scan::Blocked {
            put = put
                .condition_expression("attribute_not_exists(#scan) OR #scan <> :blocked")
                .expression_attribute_names("#scan", "scan")
                .expression_attribute_values(
                    ":blocked",
                    AttributeValue::S(Scan::Blocked.name().into()),
                );
        }
        if let Some(answer) = if_it_held(put.send().await)? {
            meter::wrote(answer.consumed_capacity());
        }
        Ok(())
    }
}
