use super::*;

#[test]
fn the_chart_of_keys() {
    let tenant = Tenant::parse("acme").expect("a tenant");
    let ticket: TicketId = "tkt_01935a7b0000700080000000deadbeef"
        .parse()
        .expect("an id");
    let attachment: AttachmentId = "att_01935a7b0000700080000000deadbeef"
        .parse()
        .expect("an id");
    let carla = Principal::parse("carla").expect("a principal");
    let gold = PolicyId::parse("pol_gold").expect("an id");
    let day = jiff::civil::date(2026, 11, 23);
    let credit = |assigned_to| Credit {
        priority: Priority::High,
        category: Category::Billing,
        assigned_to,
    };
    let chart = [
        Key::head(&tenant, ticket),
        Key::entry(&tenant, ticket, 7),
        Key::last_entry(&tenant, ticket),
        Key::viewer(&tenant, ticket, &carla),
        Key::attachment(&tenant, ticket, attachment),
        Key::upload(&tenant, &carla, 7),
        Key::scan(&tenant, attachment),
        Key::counts(&tenant, None, 3),
        Key::counts(&tenant, Some(&carla), 15),
        Key::first_of_configuration(&tenant),
        Key::calendar(&tenant, &CalendarId::parse("cal_madrid").expect("an id")),
        Key::levels(&tenant),
        Key::policy(&tenant, &gold),
        Key::policy(&tenant, &gold).version(7),
        Key::settings(&tenant),
        Key::rollup(&tenant, day, 3, &credit(None)),
        Key::rollup(&tenant, day, 3, &credit(Some(carla.clone()))),
        Key::number(&tenant, 1001),
        Key::last_number(&tenant),
        Key::record(&tenant, "c0ffee"),
    ]
    .map(|key| format!("{} | {}", key.pk, key.sk))
    .join("\n");
    insta::assert_snapshot!(chart, @r"
    acme#tkt_01935a7b0000700080000000deadbeef | ticket
    acme#tkt_01935a7b0000700080000000deadbeef | entry#000000007
    acme#tkt_01935a7b0000700080000000deadbeef | entry#999999999
    acme#tkt_01935a7b0000700080000000deadbeef | viewer#carla
    acme#tkt_01935a7b0000700080000000deadbeef | attachment#att_01935a7b0000700080000000deadbeef
    acme#uploads#carla | 07
    acme#scan#att_01935a7b0000700080000000deadbeef | scan
    acme#counts | 03
    acme#counts#carla | 15
    acme | _levels
    acme | calendar#cal_madrid
    acme | _levels
    acme | policy#pol_gold
    acme#policy#pol_gold | 000000007
    acme | settings
    acme#rollup#2026-11-23 | 03#high#billing#
    acme#rollup#2026-11-23 | 03#high#billing#carla
    acme#number#1001 | number
    acme | number
    acme#idempotency#c0ffee | record
    ");
}

#[test]
fn an_object_s_key_says_whose_it_is_and_is_no_path_elsewhere() {
    let id: AttachmentId = "att_01935a7b0000700080000000deadbeef"
        .parse()
        .expect("an id");
    for name in ["acme", "..", ".", "a=b"] {
        let Ok(tenant) = Tenant::parse(name) else {
            continue;
        };
        let key = object(&tenant, id);
        assert_eq!(key, format!("attachments/tenant-{name}/{id}"));
        assert!(key.split('/').all(|part| part != "." && part != ".."));
        assert_eq!(object_of(&key), Some((tenant, id)));
    }
    for foreign in [
        "",
        "attachments/",
        "attachments/tenant-acme/",
        "other/tenant=acme/x",
    ] {
        assert_eq!(object_of(foreign), None, "{foreign}");
    }
}

#[test]
fn the_head_sorts_after_every_entry() {
    let tenant = Tenant::parse("acme").expect("a tenant");
    let ticket: TicketId = "tkt_01935a7b0000700080000000deadbeef"
        .parse()
        .expect("an id");
    assert!(Key::last_entry(&tenant, ticket).sk < Key::head(&tenant, ticket).sk);
    let attachment: AttachmentId = "att_ffffffffffffffffffffffffffffffff"
        .parse()
        .expect("an id");
    assert!(Key::attachment(&tenant, ticket, attachment).sk < Key::entry(&tenant, ticket, 1).sk);
    assert!(Key::entry(&tenant, ticket, 9).sk < Key::entry(&tenant, ticket, 10).sk);
}
