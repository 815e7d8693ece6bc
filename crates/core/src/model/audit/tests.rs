use super::*;

/// So many links, an hour apart.
fn chain(count: u64) -> Vec<AuditLink> {
    let mut previous = ChainHash::START;
    let mut links = Vec::new();
    for seq in 1..=count {
        let (event, at) = (EventId::new(format!("event {seq}")), Timestamp(3600 * seq as i64));
        let entry = ChainHash::of_entry([Some("entry"), Some(event.as_str())]);
        let hash = ChainHash::of_link(&previous.0, &AuditLink::content(&event, at, entry));
        links.push(AuditLink { seq, event, at, entry, previous, hash, kept: Some(entry) });
        previous = hash;
    }
    links
}

fn walked(links: &[AuditLink], kept_since: i64) -> (u64, Result<(), AuditFault>) {
    let mut walk = AuditWalk::new(Timestamp(kept_since));
    let outcome = links.iter().try_for_each(|link| walk.step(link));
    (walk.links, outcome)
}

#[test]
fn a_whole_chain_is_walked_to_its_end() {
    assert_eq!(walked(&chain(5), 0), (5, Ok(())));
    assert_eq!(walked(&[], 0), (0, Ok(())));
}

#[test]
fn an_entry_may_be_gone_only_when_its_time_is_over() {
    let mut links = chain(5);
    links[1].kept = None;
    assert_eq!(walked(&links, 7201), (5, Ok(())));
    assert_eq!(walked(&links, 7200), (1, Err(AuditFault::EntryMissing)));
}

/// S-128
#[test]
fn what_is_changed_taken_out_or_put_in_shows() {
    type Change = fn(&mut Vec<AuditLink>);
    let changes: [(Change, AuditFault); 8] = [
        (|links| links[2].kept = Some(ChainHash::START), AuditFault::EntryChanged),
        (|links| links[2].at = Timestamp(0), AuditFault::LinkChanged),
        (|links| links[2].event = EventId::new("other"), AuditFault::LinkChanged),
        (|links| links[2].entry = ChainHash::START, AuditFault::LinkChanged),
        (|links| links[2].hash = ChainHash::START, AuditFault::LinkChanged),
        (|links| drop(links.remove(2)), AuditFault::LinkMissing),
        (|links| drop(links.remove(0)), AuditFault::StartMissing),
        (|links| links[2] = AuditLink { seq: 3, ..chain(4).remove(3) }, AuditFault::LinkChanged),
    ];
    for (change, fault) in changes {
        let mut links = chain(5);
        change(&mut links);
        assert_eq!(walked(&links, 0).1, Err(fault), "{fault}");
    }
}

#[test]
fn a_chain_that_was_swept_begins_with_a_link_that_is_old_enough() {
    let swept = &chain(5)[2..];
    assert_eq!(walked(swept, 3 * 3600 + 1), (3, Ok(())));
    assert_eq!(walked(swept, 3 * 3600), (0, Err(AuditFault::StartMissing)));
    // Its age is sealed, too.
    let mut aged = swept.to_vec();
    aged[0].at = Timestamp(0);
    assert_eq!(walked(&aged, 3600).1, Err(AuditFault::LinkChanged));
}

#[test]
fn no_two_entries_are_sealed_alike() {
    let entries: [&[Option<&str>]; 7] = [
        &[Some("ab"), Some("c")],
        &[Some("a"), Some("bc")],
        &[Some("abc")],
        &[Some("a\u{1}b")],
        &[Some("a"), Some("b")],
        &[Some(""), None],
        &[None, Some("")],
    ];
    for (at, one) in entries.iter().enumerate() {
        for other in &entries[at + 1..] {
            let sealed = |entry: &[Option<&str>]| ChainHash::of_entry(entry.iter().copied());
            assert_ne!(sealed(one), sealed(other), "{one:?} {other:?}");
        }
    }
}

#[test]
fn a_noted_end_is_read_as_it_is_shown() {
    let end = ChainEnd { seq: 12, hash: ChainHash([0xab; 32]) };
    assert_eq!(end.to_string().parse(), Ok(end));
    assert_eq!(end.to_string().to_uppercase().parse(), Ok(end));
    for bad in
        ["", "12", "12:", ":ab", "12:abcd", "+1:", &format!("-1:{}", end.hash), &format!("+1:{}", end.hash)]
    {
        assert_eq!(bad.parse::<ChainEnd>(), Err(BadChainEnd), "{bad}");
    }
}
