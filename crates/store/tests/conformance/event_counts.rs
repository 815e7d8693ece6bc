//! What the log comes to: each slice is added once.

use std::sync::Arc;

use latchkey_core::model::UserId;
use latchkey_core::model::tally::{CountKey, Counted, Tally};
use latchkey_core::store::CountRound;

use crate::engines::{Bench, on_every_engine};
use crate::samples::user_id;

on_every_engine![
    slices_are_added_up_where_the_count_ended,
    a_user_is_counted_once_a_day_over_all_slices,
    a_slice_that_two_nodes_counted_is_added_once,
];

fn key(day: i64, what: Counted, means: &str, country: &str) -> CountKey {
    CountKey {
        day,
        what,
        connection: String::from(if means.is_empty() { "" } else { "sms" }),
        means: means.to_owned(),
        country: country.to_owned(),
    }
}

fn round(after: &str, until: &str, counts: &[(CountKey, u64)], active: &[(i64, UserId)]) -> CountRound {
    let tally = Tally { counts: counts.iter().cloned().collect(), active: active.iter().cloned().collect() };
    CountRound { after: after.to_owned(), until: until.to_owned(), tally }
}

async fn slices_are_added_up_where_the_count_ended(t: Bench) {
    assert_eq!(t.find_count_end().await.unwrap(), "");
    let (us, de) = (key(7, Counted::Sent, "twilio", "US"), key(7, Counted::Sent, "twilio", "DE"));
    let later = key(9, Counted::Unsent, "smtp", "");

    assert!(t.add_counts(round("", "a", &[(us.clone(), 2), (de.clone(), 1)], &[])).await.unwrap());
    assert!(t.add_counts(round("a", "b", &[(us.clone(), 3), (later.clone(), 1)], &[])).await.unwrap());

    assert_eq!(t.find_count_end().await.unwrap(), "b");
    assert_eq!(t.list_counts(7, 8).await.unwrap(), [(de, 1), (us, 5)]);
    assert_eq!(t.list_counts(9, 9).await.unwrap(), [(later, 1)]);
    assert_eq!(t.list_counts(8, 8).await.unwrap(), []);
    // From elsewhere nothing is added.
    assert!(!t.add_counts(round("a", "c", &[(key(7, Counted::Sent, "smtp", ""), 1)], &[])).await.unwrap());
    assert!(!t.add_counts(round("", "c", &[], &[])).await.unwrap());
    assert_eq!(
        (t.list_counts(7, 7).await.unwrap().len(), t.find_count_end().await.unwrap()),
        (2, "b".into())
    );
}

async fn a_user_is_counted_once_a_day_over_all_slices(t: Bench) {
    let active = |day| key(day, Counted::ActiveUser, "", "");
    let many: Vec<(i64, UserId)> = (0..600).map(|n| (7, user_id(n))).collect();

    t.add_counts(round("", "a", &[], &many)).await.unwrap();
    t.add_counts(round("a", "b", &[], &[(7, user_id(1)), (7, user_id(900)), (8, user_id(1))])).await.unwrap();
    // The days before are done: whoever is told of them anew is counted anew, which no slice does.
    t.add_counts(round("b", "c", &[], &[(12, user_id(1))])).await.unwrap();
    t.add_counts(round("c", "d", &[], &[(12, user_id(1)), (12, user_id(2))])).await.unwrap();

    assert_eq!(t.list_counts(0, 99).await.unwrap(), [(active(7), 601), (active(8), 1), (active(12), 2)]);
}

async fn a_slice_that_two_nodes_counted_is_added_once(t: Bench) {
    let counts = [(key(7, Counted::SignIn, "", ""), 4)];
    let tasks: Vec<_> = (0..8)
        .map(|n| {
            let store = Arc::clone(&t.store);
            let round = round("", &format!("until-{n}"), &counts, &[(7, user_id(1))]);
            tokio::spawn(async move { store.add_counts(round).await.unwrap() })
        })
        .collect();
    let mut added = 0;
    for task in tasks {
        added += u32::from(task.await.unwrap());
    }

    assert_eq!(added, 1);
    let counted = t.list_counts(7, 7).await.unwrap();
    assert_eq!(counted, [(key(7, Counted::ActiveUser, "", ""), 1), (key(7, Counted::SignIn, "", ""), 4)]);
}
