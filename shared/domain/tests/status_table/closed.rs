//! What can still be done to a closed ticket: agents write notes on it, and tag it. It stays as closed as it was.

use domain::{Command, Edits, Message, Refusal, Status, Tags, Ticket, Title};

use super::{actor, carry_out, over, reply, ticket_in};

#[test]
fn agents_note_and_tag_a_closed_ticket_and_it_stays_as_closed() {
    let tags = |tags: &[&str]| Tags::parse(tags.iter().map(ToString::to_string)).expect("tags");
    let note = || Command::Note {
        message: Message::parse("The invoice.").expect("a message"),
        attachments: Vec::new(),
    };
    let tagged = |edits: Edits| Command::Update(edits);
    let all = Edits {
        tags: Some(tags(&["Paid"])),
        ..Edits::default()
    };
    let more = Edits {
        add_tags: Some(tags(&["paid", "late"])),
        ..Edits::default()
    };
    let fewer = Edits {
        remove_tags: Some(tags(&["LATE"])),
        ..Edits::default()
    };
    let with_a_title = Edits {
        title: Some(Title::parse("Paid").expect("a title")),
        ..all.clone()
    };
    for role in ["agent", "admin"] {
        let mut ticket = ticket_in(Status::Closed);
        let closed = ticket.clone();
        for (command, expected) in [
            (note(), &[] as &[&str]),
            (tagged(all.clone()), &["Paid"]),
            (tagged(more.clone()), &["Paid", "late"]),
            (tagged(fewer.clone()), &["Paid"]),
        ] {
            let (answer, after) = carry_out(&ticket, command, &actor(role));
            assert!(answer.is_ok(), "{role}: {answer:?}");
            assert_eq!(after.tags, tags(expected), "{role}");
            assert_eq!(after.version, ticket.version + 1, "{role}");
            ticket = after;
        }
        let untouched = Ticket {
            tags: closed.tags.clone(),
            version: closed.version,
            ..ticket.clone()
        };
        assert_eq!(untouched, closed, "{role}: no clock and no deadline moves");
        for command in [
            tagged(with_a_title.clone()),
            tagged(Edits::default()),
            Command::Claim,
            reply(None),
        ] {
            let (answer, after) = carry_out(&ticket, command, &actor(role));
            assert_eq!(answer, Err(over(role)), "{role}");
            assert_eq!(after, ticket, "{role}");
        }
    }
    let customer = actor("customer");
    let (answer, _) = carry_out(&ticket_in(Status::Closed), note(), &customer);
    assert_eq!(answer, Err(Refusal::Forbidden));
    let (answer, _) = carry_out(&ticket_in(Status::Closed), tagged(more), &customer);
    let fields = vec!["addTags"];
    assert_eq!(answer, Err(Refusal::FieldsForbidden { fields }));
}
