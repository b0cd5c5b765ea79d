//! What a million lives of a ticket cost in DynamoDB, from the exact units of one; and what they would cost with the
//! table that comes to mind first: one index per filter, each with keys only, and lists that fetch their rows one by one.
//!
//! ```sh
//! cargo run -p functions --example life_cost
//! ```
//!
//! A life is 1 creation, 6 messages, 3 changes of status, 1 assignment, 30 readings and 20 pages of 25, through the
//! store's own code against the local engine. It counts as AWS bills: all indexes, whole units.

use aws_sdk_dynamodb::types::{
    AttributeValue, ConsumedCapacity, KeysAndAttributes, ReturnConsumedCapacity,
};
use domain::{
    Actor, Category, Command, Configuration, Edits, Message, Opening, Principal, Resolution, Role,
    Rules, Status, Tags, Tenant, Ticket, TicketId, Title,
};
use edge::Now;
use jiff::Timestamp;
use store::{Consumed, Sort, Start, Table, TicketFilter, metered};
use ventanilla::{
    Attribute, Index, KeyPart, Options, Projection, Stand, TableDefinition, Template,
};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// On demand in us-east-1, in US dollars for a million, from AWS's price lists of November 2026.
const READ_UNITS: f64 = 0.125;
const WRITE_UNITS: f64 = 0.625;
/// HTTP API, and a call of a function, each for a million.
const REQUESTS: f64 = 1.00 + 0.20;
/// Requests of a life.
const LIFE: [(&str, u32); 6] = [
    ("create", 1),
    ("message", 6),
    ("change of status", 3),
    ("assignment", 1),
    ("reading", 30),
    ("page of 25", 20),
];
/// Tickets there are besides, so that a page is full.
const OTHERS: usize = 40;
const PAGE: usize = 25;

#[tokio::main]
async fn main() -> Outcome<()> {
    edge::quiet();
    let stand = Stand::start(Options::default()).await?;
    let ours = Life::live(stand.table(), false).await?;
    let definition = keys_only(Template::embedded()?.table);
    let other = Table::local(stand.open_dynamodb().await?, "one-index-per-filter");
    definition.create(other.client(), other.name()).await?;
    let theirs = Life::live(&other, true).await?;
    stand.shutdown().await?;

    println!("a life                        this table         one index per filter, keys only");
    for (((what, times), ours), theirs) in LIFE.iter().zip(&ours.0).zip(&theirs.0) {
        println!(
            "{times:>3} × {what:<20} {}   {}",
            units(*ours),
            units(*theirs)
        );
    }
    let requests: u32 = LIFE.iter().map(|(_, times)| times).sum();
    let requests = f64::from(requests) * REQUESTS;
    let (ours, theirs) = (dollars(&ours), dollars(&theirs));
    println!("DynamoDB, a million lives     {ours:>8.2} USD        {theirs:>8.2} USD");
    println!("HTTP API and calls            {requests:>8.2} USD        {requests:>8.2} USD");
    println!("DynamoDB, of the other's      {:>8.2}", ours / theirs);
    Ok(())
}

fn units(consumed: Consumed) -> String {
    format!(
        "{:>6.1} RRU {:>5.0} WRU",
        consumed.read_units, consumed.write_units
    )
}

fn dollars(life: &Life) -> f64 {
    let each = life.0.iter();
    each.map(|part| part.read_units * READ_UNITS + part.write_units * WRITE_UNITS)
        .sum()
}

/// What each part of a life has consumed, all its times together.
struct Life([Consumed; 6]);

impl Life {
    async fn live(table: &Table, fetches: bool) -> Outcome<Self> {
        let mut office = Office::open(table)?;
        for _ in 0..OTHERS {
            office.creates().await?;
        }
        let (ticket, created) = metered(office.creates()).await;
        let ticket = ticket?;
        let mut parts = [
            created,
            <_>::default(),
            <_>::default(),
            <_>::default(),
            <_>::default(),
            <_>::default(),
        ];
        let status = |status, resolution| {
            Command::Update(Edits {
                status: Some(status),
                resolution,
                ..Edits::default()
            })
        };
        let solved = Some(Resolution::parse("A new load balancer.")?);
        let changes = [
            (3, Command::Claim),
            (1, reply()?),
            (1, reply()?),
            (2, status(Status::Pending, None)),
            (1, reply()?),
            (2, status(Status::InProgress, None)),
            (1, reply()?),
            (1, reply()?),
            (1, reply()?),
            (2, status(Status::Resolved, solved)),
        ];
        for (part, command) in changes {
            let (done, consumed) = metered(office.changes(ticket, command)).await;
            done?;
            add(&mut parts[part], consumed);
        }
        for _ in 0..LIFE[4].1 {
            let read = table.conversation(&office.agent, ticket);
            let (read, consumed) = metered(read).await;
            read?.ok_or("the ticket is there")?;
            add(&mut parts[4], consumed);
        }
        for _ in 0..LIFE[5].1 {
            let consumed = if fetches {
                office.fetches_a_page().await?
            } else {
                office.reads_a_page().await?
            };
            add(&mut parts[5], consumed);
        }
        Ok(Self(parts))
    }
}

fn add(sum: &mut Consumed, part: Consumed) {
    sum.read_units += part.read_units;
    sum.write_units += part.write_units;
}

fn reply() -> Outcome<Command> {
    Ok(Command::Reply {
        message: Message::parse("A message of the usual length.".repeat(10))?,
        status: None,
        resolution: None,
        attachments: Vec::new(),
    })
}

/// Somebody who works on the tickets of a tenant, each act a second after the one before.
struct Office<'a> {
    table: &'a Table,
    agent: Actor,
    client: Principal,
    now: i64,
}

impl<'a> Office<'a> {
    fn open(table: &'a Table) -> Outcome<Self> {
        let agent = Actor {
            tenant: Tenant::parse("acme")?,
            principal: Principal::parse("ana")?,
            role: Role::Agent,
        };
        let (client, now) = (Principal::parse("cus_0123456789")?, 1_795_446_000);
        Ok(Self {
            table,
            agent,
            client,
            now,
        })
    }

    fn tick(&mut self) -> Outcome<Now> {
        self.now += 1;
        Ok(Now(Timestamp::from_second(self.now)?))
    }

    async fn creates(&mut self) -> Outcome<TicketId> {
        let now = self.tick()?;
        let number = self.table.next_number(&self.agent.tenant).await?;
        let opening = Opening {
            title: Title::parse("A title of the usual length, or so")?,
            description: Message::parse("A description of the usual length.".repeat(10))?,
            priority: None,
            category: Category::Technical,
            tags: Tags::default(),
            client: Some(self.client.clone()),
        };
        let configuration = Configuration::default();
        let id = now.mint();
        let accepted = domain::open(opening, &self.agent, &domain::Settings::default())?;
        let rules = configuration.rules(None);
        let entry = accepted.entry(id, number, Vec::new(), rules, now.stamp());
        self.table
            .open(&self.agent.tenant, id, entry, &[], None)
            .await?;
        Ok(id)
    }

    async fn changes(&mut self, ticket: TicketId, command: Command) -> Outcome<()> {
        let now = self.tick()?;
        let head = self.table.ticket(&self.agent.tenant, ticket).await?;
        let head = head.ok_or("the ticket is there")?;
        // A warm function remembers what the tenant has set.
        let configuration = Configuration::default();
        let agent = &self.agent;
        let decide = |ticket: &Ticket, rules: Rules<'_>| {
            ticket.decide(command.clone(), agent, rules, now.stamp())
        };
        let changed = self
            .table
            .change(head, &[], None, now.0, &configuration, decide);
        changed.await?;
        Ok(())
    }

    /// Rows come with the index.
    async fn reads_a_page(&self) -> Outcome<Consumed> {
        let filter = TicketFilter {
            status: [Status::Open].into(),
            ..TicketFilter::default()
        };
        let list = self
            .table
            .list(&self.agent, &filter, Sort::Updated, PAGE, Start::First);
        let (page, consumed) = metered(list).await;
        assert_eq!(page?.tickets.len(), PAGE);
        Ok(consumed)
    }

    /// The index says which rows; each is then read.
    async fn fetches_a_page(&self) -> Outcome<Consumed> {
        let (client, name) = (self.table.client(), self.table.name());
        let found = client
            .query()
            .table_name(name)
            .index_name("by-status")
            .key_condition_expression("tenant = :tenant AND #status = :status")
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":tenant", AttributeValue::S("acme".into()))
            .expression_attribute_values(":status", AttributeValue::S("open".into()))
            .scan_index_forward(false)
            .limit(i32::try_from(PAGE)?)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await?;
        let keys = found.items().iter().map(|item| {
            let key = ["pk", "sk"].map(|part| (part.to_owned(), item[part].clone()));
            key.into()
        });
        let rows = KeysAndAttributes::builder()
            .set_keys(Some(keys.collect()))
            .build()?;
        let rows = client
            .batch_get_item()
            .request_items(name, rows)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await?;
        let read = rows.responses().and_then(|tables| tables.get(name));
        assert_eq!(read.map(Vec::len), Some(PAGE));
        let capacities = rows
            .consumed_capacity()
            .iter()
            .chain(found.consumed_capacity());
        let read_units = capacities
            .filter_map(ConsumedCapacity::capacity_units)
            .sum();
        Ok(Consumed {
            read_units,
            ..Consumed::default()
        })
    }
}

/// The table with an index for each filter of a list, none of which has more than its keys.
fn keys_only(mut table: TableDefinition) -> TableDefinition {
    let part = |name: &str, kind: &str| KeyPart {
        attribute_name: name.into(),
        key_type: kind.into(),
    };
    for filter in ["category", "priority"] {
        table.attribute_definitions.push(Attribute {
            attribute_name: filter.into(),
            attribute_type: "S".into(),
        });
        let key = [
            ("tenant", "HASH"),
            (filter, "HASH"),
            ("updatedAt", "RANGE"),
            ("ticket", "RANGE"),
        ];
        table.global_secondary_indexes.push(Index {
            index_name: format!("by-{filter}"),
            key_schema: key.map(|(name, kind)| part(name, kind)).into(),
            projection: Projection {
                projection_type: "KEYS_ONLY".into(),
            },
        });
    }
    for index in &mut table.global_secondary_indexes {
        index.projection.projection_type = "KEYS_ONLY".into();
    }
    table
}
