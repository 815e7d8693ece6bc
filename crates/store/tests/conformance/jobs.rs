//! Jobs: claimed by one worker at a time, and the users of an import.

use std::collections::BTreeMap;
use std::sync::Arc;

use latchkey_core::Timestamp;
use latchkey_core::model::{
    Channel, ConnectionId, EventKind, Identity, ImportRecord, ImportSummary, ImportWork, ImportedUser, Job,
    JobId, JobPart, JobState, JobWork, RecordCode, RecordError, Strategy, User, UserId,
};
use latchkey_core::store::{AdvanceJob, ImportUsers, StoreError};
use serde_json::{Value, json};

use crate::credentials;
use crate::engines::{Bench, on_every_engine};
use crate::samples::{
    DAY, NOW, address, client_id, event, family, hash, history, id, open, promised, send, session, user,
    user_id,
};

on_every_engine![
    a_job_and_its_parts_are_found_as_they_were_written,
    jobs_are_claimed_in_the_order_they_came_and_no_more_than_there_are_places,
    a_job_whose_lease_ended_goes_to_another_worker,
    of_many_claims_at_once_each_job_goes_to_one,
    who_was_overtaken_advances_nothing,
    a_job_that_ended_stays_so,
    a_job_frees_its_place,
    open_jobs_are_counted,
    the_sweep_takes_files_of_ended_jobs_and_what_expired,
    an_import_makes_users_and_counts_them,
    a_part_counts_once,
    of_many_workers_with_one_part_one_imports_it,
    two_jobs_with_the_same_users_leave_each_of_them_whole,
    what_a_file_names_beside_users_is_told_up_to_a_bound,
    a_file_for_one_connection_changes_no_address_of_another,
    who_is_there_already_is_an_error,
    who_is_there_already_is_replaced_where_the_job_says_so,
    another_owner_of_an_address_is_a_conflict_and_nothing_of_the_record_remains,
    a_new_address_kills_codes_on_the_way_to_the_old_one,
    what_an_earlier_owner_of_the_id_was_given_stays_dead,
    a_blocked_user_of_a_file_is_signed_out,
    a_file_that_proves_an_address_drops_what_was_there_without_a_proof,
];

const LEASE: Timestamp = Timestamp(NOW.0 + 30);

fn job_id(n: u32) -> JobId {
    JobId::new(format!("job_{n}"))
}

fn import(n: u32, upsert: bool) -> Job {
    Job {
        id: job_id(n),
        client: client_id("machine"),
        state: JobState::Pending,
        turn: 0,
        place: None,
        lease_until: Timestamp::default(),
        created_at: NOW.plus(n.into()),
        started_at: None,
        expires_at: NOW.plus(DAY),
        work: JobWork::Import(ImportWork {
            connection_id: ConnectionId::new("con_1"),
            connection: "sms".into(),
            upsert,
            external_id: Some("mine".into()),
            parts: 3,
            done: 0,
            summary: ImportSummary::default(),
            errors: 0,
            warnings: BTreeMap::new(),
        }),
        failure: None,
    }
}

fn work(job: &Job) -> &ImportWork {
    let JobWork::Import(work) = &job.work else { panic!("{job:?}") };
    work
}

async fn add(t: &Bench, job: Job) {
    t.insert_job(&job, Vec::new()).await.unwrap();
}

async fn claim(t: &Bench) -> Option<Job> {
    t.claim_job(NOW, LEASE, 2).await.unwrap()
}

async fn advance(t: &Bench, job: Job) -> bool {
    t.advance_job(AdvanceJob { job, parts: Vec::new(), events: Vec::new() }).await.unwrap()
}

async fn a_job_and_its_parts_are_found_as_they_were_written(t: Bench) {
    let job = import(1, true);
    t.insert_job(&job, vec![event(EventKind::OperatorActed)]).await.unwrap();
    t.put_job_parts(&job.id, JobPart::Input, 0, vec![vec![0, 255, 7]]).await.unwrap();
    t.put_job_parts(&job.id, JobPart::Input, 0, vec![vec![1, 0]]).await.unwrap();

    assert_eq!(t.find_job(&job.id).await.unwrap(), Some(job.clone()));
    assert_eq!(t.find_job(&job_id(2)).await.unwrap(), None);
    assert_eq!(t.find_job_part(&job.id, JobPart::Input, 0).await.unwrap(), Some(vec![1, 0]));
    assert_eq!(t.find_job_part(&job.id, JobPart::Input, 1).await.unwrap(), None);
    t.put_job_parts(&job.id, JobPart::Input, 1, vec![vec![2], vec![3]]).await.unwrap();
    assert_eq!(t.find_job_part(&job.id, JobPart::Input, 1).await.unwrap(), Some(vec![2]));
    assert_eq!(t.find_job_part(&job.id, JobPart::Input, 2).await.unwrap(), Some(vec![3]));
    assert_eq!(t.find_job_part(&job.id, JobPart::Output, 0).await.unwrap(), None);
    assert_eq!(history(&*t.store).await, [(EventKind::OperatorActed, None)]);
}

async fn jobs_are_claimed_in_the_order_they_came_and_no_more_than_there_are_places(t: Bench) {
    for n in [3, 1, 2] {
        add(&t, import(n, false)).await;
    }
    add(&t, Job { state: JobState::Receiving, ..import(0, false) }).await;

    let first = claim(&t).await.unwrap();
    let second = claim(&t).await.unwrap();

    assert_eq!((first.id.clone(), first.turn, first.state), (job_id(1), 1, JobState::Processing));
    assert_eq!((first.started_at, first.lease_until), (Some(NOW), LEASE));
    assert_eq!(second.id, job_id(2));
    assert_ne!(first.place, second.place);
    assert_eq!(claim(&t).await, None);
    assert_eq!(t.find_job(&first.id).await.unwrap(), Some(first));
}

async fn a_job_whose_lease_ended_goes_to_another_worker(t: Bench) {
    add(&t, import(1, false)).await;
    let first = claim(&t).await.unwrap();

    assert_eq!(t.claim_job(LEASE.minus(1), LEASE.plus(9), 1).await.unwrap(), None);
    let second = t.claim_job(LEASE, LEASE.plus(9), 1).await.unwrap().unwrap();

    let expected = Job { turn: 2, lease_until: LEASE.plus(9), ..first };
    assert_eq!(second, expected);
}

async fn of_many_claims_at_once_each_job_goes_to_one(t: Bench) {
    for n in 0..6 {
        add(&t, import(n, false)).await;
    }
    let claims: Vec<_> = (0..8)
        .map(|_| {
            let store = Arc::clone(&t.store);
            tokio::spawn(async move { store.claim_job(NOW, LEASE, 3).await.unwrap() })
        })
        .collect();

    let mut got = Vec::new();
    for claim in claims {
        got.extend(claim.await.unwrap());
    }
    // What lost a race may try again.
    while let Some(job) = t.claim_job(NOW, LEASE, 3).await.unwrap() {
        got.push(job);
    }

    let mut places: Vec<_> = got.iter().map(|job| job.place).collect();
    places.sort();
    assert_eq!(places, [Some(0), Some(1), Some(2)]);
    let mut ids: Vec<_> = got.into_iter().map(|job| job.id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 3);
}

async fn who_was_overtaken_advances_nothing(t: Bench) {
    add(&t, import(1, false)).await;
    let slow = claim(&t).await.unwrap();
    let quick = t.claim_job(LEASE, LEASE.plus(30), 1).await.unwrap().unwrap();

    let part = (JobPart::Output, 0, vec![1]);
    let step = AdvanceJob {
        job: Job { state: JobState::Completed, place: None, ..slow.clone() },
        parts: vec![part],
        events: vec![event(EventKind::UsersImported)],
    };
    assert!(!t.advance_job(step).await.unwrap());
    assert_eq!(t.import_users(batch(&slow, 0, vec![record(user(1), true)])).await.unwrap(), None);

    assert_eq!(t.find_job(&slow.id).await.unwrap(), Some(quick));
    assert_eq!(t.find_job_part(&slow.id, JobPart::Output, 0).await.unwrap(), None);
    assert_eq!(t.find_user(&user_id(1)).await.unwrap(), None);
    assert_eq!(history(&*t.store).await, []);
}

async fn a_job_that_ended_stays_so(t: Bench) {
    add(&t, import(1, false)).await;
    let job = claim(&t).await.unwrap();
    let ended = Job { state: JobState::Failed, place: None, failure: Some("why".into()), ..job.clone() };

    assert!(advance(&t, ended.clone()).await);
    assert!(!advance(&t, job.clone()).await);
    assert_eq!(t.import_users(batch(&job, 0, Vec::new())).await.unwrap(), None);

    assert_eq!(t.find_job(&job.id).await.unwrap(), Some(ended));
    assert_eq!(t.claim_job(NOW.plus(9 * DAY), NOW.plus(9 * DAY), 2).await.unwrap(), None);
}

async fn a_job_frees_its_place(t: Bench) {
    add(&t, import(1, false)).await;
    add(&t, import(2, false)).await;
    let first = t.claim_job(NOW, LEASE, 1).await.unwrap().unwrap();
    assert_eq!(t.claim_job(NOW, LEASE, 1).await.unwrap(), None);

    assert!(advance(&t, Job { state: JobState::Completed, place: None, ..first }).await);

    assert_eq!(t.claim_job(NOW, LEASE, 1).await.unwrap().unwrap().id, job_id(2));
}

async fn open_jobs_are_counted(t: Bench) {
    add(&t, import(1, false)).await;
    add(&t, Job { state: JobState::Receiving, expires_at: NOW.plus(10), ..import(2, false) }).await;
    add(&t, Job { state: JobState::Failed, ..import(3, false) }).await;
    assert_eq!(t.count_open_jobs(NOW).await.unwrap(), 2);
    assert_eq!(t.count_open_jobs(NOW.plus(10)).await.unwrap(), 1);
    claim(&t).await.unwrap();
    assert_eq!(t.count_open_jobs(NOW.plus(10)).await.unwrap(), 1);
}

async fn the_sweep_takes_files_of_ended_jobs_and_what_expired(t: Bench) {
    for n in 1..=3 {
        add(&t, import(n, false)).await;
        for number in 0..3 {
            t.put_job_parts(&job_id(n), JobPart::Input, number, vec![vec![1]]).await.unwrap();
        }
        t.put_job_parts(&job_id(n), JobPart::Errors, 0, vec![vec![2]]).await.unwrap();
    }
    let sweep = async |now| {
        let mut all = 0;
        loop {
            let gone = t.sweep_jobs(now, 2).await.unwrap();
            all += gone;
            if gone == 0 {
                break all;
            }
            assert!(gone <= 4);
        }
    };
    assert_eq!(sweep(NOW.plus(9 * DAY)).await, 0);
    let ended = claim(&t).await.unwrap();
    assert!(advance(&t, Job { state: JobState::Completed, place: None, ..ended }).await);
    assert_eq!(sweep(NOW).await, 3);
    assert_eq!(t.find_job_part(&job_id(1), JobPart::Input, 1).await.unwrap(), None);
    assert_eq!(t.find_job_part(&job_id(1), JobPart::Errors, 0).await.unwrap(), Some(vec![2]));
    // What waits or runs is kept, however old.
    claim(&t).await.unwrap();
    assert_eq!(sweep(NOW.plus(DAY)).await, 2);
    assert_eq!(t.find_job(&job_id(1)).await.unwrap(), None);
    assert!(t.find_job(&job_id(2)).await.unwrap().is_some());
    assert!(t.find_job_part(&job_id(3), JobPart::Input, 2).await.unwrap().is_some());
}

const GIVES: [&str; 4] = ["name", "user_metadata", "blocked", "identities"];

fn record(user: User, names_id: bool) -> ImportRecord {
    let source = json!({ "user_id": user.id });
    ImportRecord { source, read: Ok(ImportedUser { user, names_id, gives: GIVES.to_vec() }) }
}

fn batch(job: &Job, part: u32, records: Vec<ImportRecord>) -> ImportUsers {
    ImportUsers {
        job: job.id.clone(),
        turn: job.turn,
        part,
        parts: 1,
        on_dropped: records.iter().map(|_| event(EventKind::CredentialsDropped)).collect(),
        records,
        ignored: Vec::new(),
        now: NOW.plus(5),
        lease_until: LEASE.plus(5),
    }
}

/// A job under way.
async fn begun(t: &Bench, upsert: bool) -> Job {
    add(t, import(1, upsert)).await;
    claim(t).await.unwrap()
}

/// A file of one record, over whoever is there.
pub(crate) async fn import_over(t: &Bench, user: User, gives: Vec<&'static str>) {
    let job = begun(t, true).await;
    let imported = ImportedUser { user, names_id: true, gives };
    let record = ImportRecord { source: json!({}), read: Ok(imported) };
    let after = take(t, &job, 0, vec![record]).await;
    assert_eq!(counts(&after), [0, 1, 0, 1]);
}

async fn take(t: &Bench, job: &Job, part: u32, records: Vec<ImportRecord>) -> Job {
    t.import_users(batch(job, part, records)).await.unwrap().unwrap()
}

/// Failed, updated, inserted, in all.
fn counts(job: &Job) -> [u64; 4] {
    let ImportSummary { failed, updated, inserted, total } = work(job).summary;
    [failed, updated, inserted, total]
}

/// The first code of each record that failed.
async fn codes(t: &Bench, job: &Job) -> Vec<String> {
    let mut codes = Vec::new();
    for number in 0..work(job).errors {
        let part = t.find_job_part(&job.id, JobPart::Errors, number).await.unwrap().unwrap();
        let errors: Value = serde_json::from_str(&format!("[{}]", String::from_utf8(part).unwrap())).unwrap();
        codes.extend(errors.as_array().unwrap().iter().map(|error| {
            assert!(error["user"].is_object());
            error["errors"][0]["code"].as_str().unwrap().to_owned()
        }));
    }
    codes
}

fn mail_identity(n: u32) -> Identity {
    Identity {
        connection: "email".into(),
        strategy: Strategy::Email,
        channel: Channel::Email,
        address: latchkey_core::model::Address::from_canonical(format!("user{n}@example.com")),
        provider_user_id: id(NOW, 1000 + n),
        verified_at: None,
    }
}

async fn an_import_makes_users_and_counts_them(t: Bench) {
    let job = begun(&t, false).await;
    let mut linked = user(1);
    linked.identities.push(mail_identity(1));
    linked.foreign_identities = vec![json!({"provider": "google-oauth2", "user_id": "7", "imported": true})];
    linked.logins_count = 7;
    linked.last_login = Some(NOW.minus(9));
    linked.block_decided = true;
    let error = RecordError::new(RecordCode::Format, "email", "no");
    let wrong = ImportRecord { source: json!({"email": "x"}), read: Err(vec![error]) };

    let mut act = batch(&job, 0, vec![record(linked.clone(), true), wrong, record(user(2), false)]);
    act.ignored = vec!["username".into(), "username".into()];
    let after = t.import_users(act).await.unwrap().unwrap();

    assert_eq!(counts(&after), [1, 0, 2, 3]);
    assert_eq!((work(&after).done, work(&after).errors), (1, 1));
    assert_eq!(work(&after).warnings, [(String::from("username"), 2)].into());
    assert_eq!(after.lease_until, LEASE.plus(5));
    assert_eq!(t.find_job(&job.id).await.unwrap(), Some(after.clone()));
    assert_eq!(codes(&t, &after).await, ["FORMAT"]);
    assert_eq!(t.find_user(&user_id(1)).await.unwrap(), Some(linked));
    assert_eq!(t.find_user(&user_id(2)).await.unwrap(), Some(user(2)));
    assert_eq!(history(&*t.store).await, []);
}

async fn a_part_counts_once(t: Bench) {
    let job = begun(&t, false).await;
    let first = take(&t, &job, 0, vec![record(user(1), true)]).await;

    assert_eq!(t.import_users(batch(&job, 0, vec![record(user(1), true)])).await.unwrap(), None);
    assert_eq!(t.import_users(batch(&job, 2, vec![record(user(3), true)])).await.unwrap(), None);

    assert_eq!(t.find_job(&job.id).await.unwrap(), Some(first));
    assert_eq!(t.count_users().await.unwrap(), 1);
}

async fn of_many_workers_with_one_part_one_imports_it(t: Bench) {
    let job = begun(&t, false).await;
    let records = || (0..10).map(|n| record(user(n), true)).collect();
    let tries: Vec<_> = (0..6)
        .map(|_| {
            let (store, act) = (Arc::clone(&t.store), batch(&job, 0, records()));
            tokio::spawn(async move { store.import_users(act).await.unwrap() })
        })
        .collect();

    let mut done = Vec::new();
    for one in tries {
        done.extend(one.await.unwrap());
    }

    assert_eq!(done.len(), 1);
    assert_eq!(counts(&done[0]), [0, 0, 10, 10]);
    assert_eq!(t.count_users().await.unwrap(), 10);
}

async fn two_jobs_with_the_same_users_leave_each_of_them_whole(t: Bench) {
    add(&t, import(1, false)).await;
    add(&t, import(2, false)).await;
    let jobs = [claim(&t).await.unwrap(), claim(&t).await.unwrap()];
    let tries: Vec<_> = jobs
        .into_iter()
        .map(|job| {
            let (store, records) = (Arc::clone(&t.store), (0..10).map(|n| record(user(n), true)).collect());
            let act = batch(&job, 0, records);
            tokio::spawn(async move {
                loop {
                    match store.import_users(act.clone()).await {
                        Err(StoreError::Conflict(_)) => {}
                        done => break done.unwrap().unwrap(),
                    }
                }
            })
        })
        .collect();

    let mut inserted = 0;
    for one in tries {
        inserted += counts(&one.await.unwrap())[2];
    }

    assert_eq!(inserted, 10);
    for n in 0..10 {
        assert_eq!(t.find_user(&user_id(n)).await.unwrap(), Some(user(n)));
    }
}

async fn what_a_file_names_beside_users_is_told_up_to_a_bound(t: Bench) {
    let job = begun(&t, false).await;
    let mut act = batch(&job, 0, vec![record(user(1), true)]);
    act.ignored = (0..150).map(|n| format!("property{n:03}")).chain(["property000".into()]).collect();

    let after = t.import_users(act).await.unwrap().unwrap();

    let warnings = &work(&after).warnings;
    assert_eq!(warnings.len(), 101);
    assert_eq!((warnings["property000"], warnings["*"]), (2, 50));
}

async fn a_file_for_one_connection_changes_no_address_of_another(t: Bench) {
    t.insert_user(&user(1), Vec::new()).await.unwrap();
    let job = begun(&t, true).await;
    let mut given = user(1);
    given.identities[0].connection = "sms-test".into();
    given.identities[0].address = address(99);

    let after = take(&t, &job, 0, vec![record(given, true)]).await;

    assert_eq!(counts(&after), [1, 0, 0, 1]);
    assert_eq!(codes(&t, &after).await, ["CONFLICT"]);
    assert_eq!(t.find_user(&user_id(1)).await.unwrap(), Some(user(1)));
}

async fn who_is_there_already_is_an_error(t: Bench) {
    t.insert_user(&user(1), Vec::new()).await.unwrap();
    t.insert_user(&user(2), Vec::new()).await.unwrap();
    let job = begun(&t, false).await;
    let same_address = User { id: user_id(9), ..user(2) };

    let after = take(&t, &job, 0, vec![record(user(1), true), record(same_address, false)]).await;

    assert_eq!(counts(&after), [2, 0, 0, 2]);
    assert_eq!(codes(&t, &after).await, ["DUPLICATED_USER", "DUPLICATED_USER"]);
}

async fn who_is_there_already_is_replaced_where_the_job_says_so(t: Bench) {
    let mut before = user(1);
    before.user_metadata = json!({"old": 1}).as_object().unwrap().clone();
    before.app_metadata = json!({"kept": 1}).as_object().unwrap().clone();
    before.attributes = json!({"nickname": "kept", "name": "old"}).as_object().unwrap().clone();
    (before.logins_count, before.last_login) = (3, Some(NOW));
    t.insert_user(&before, Vec::new()).await.unwrap();
    t.insert_user(&user(2), Vec::new()).await.unwrap();
    let job = begun(&t, true).await;
    let mut given = user(1);
    given.attributes = json!({"name": "new"}).as_object().unwrap().clone();
    given.user_metadata = json!({"new": {"a": 1}}).as_object().unwrap().clone();
    given.block_decided = true;
    (given.logins_count, given.last_login) = (9, Some(NOW.minus(100)));
    given.identities.push(mail_identity(1));
    let by_address = User { id: user_id(9), ..user(2) };

    let after = take(&t, &job, 0, vec![record(given.clone(), true), record(by_address, false)]).await;

    assert_eq!(counts(&after), [0, 2, 0, 2]);
    let mut expected = before.clone();
    expected.attributes = json!({"nickname": "kept", "name": "new"}).as_object().unwrap().clone();
    expected.user_metadata = given.user_metadata.clone();
    expected.block_decided = true;
    expected.logins_count = 9;
    expected.identities.push(mail_identity(1));
    expected.updated_at = NOW.plus(5);
    assert_eq!(t.find_user(&user_id(1)).await.unwrap(), Some(expected));
    assert_eq!(t.find_user(&user_id(9)).await.unwrap(), None);
}

async fn another_owner_of_an_address_is_a_conflict_and_nothing_of_the_record_remains(t: Bench) {
    let mut owner = user(1);
    owner.identities.push(mail_identity(1));
    t.insert_user(&owner, Vec::new()).await.unwrap();
    t.insert_user(&user(2), Vec::new()).await.unwrap();
    let job = begun(&t, true).await;
    // A new user whose second address is taken, one whose first is, and a known one who would take it.
    let mut second = user(3);
    second.identities.push(mail_identity(1));
    let first = User { id: user_id(4), ..user(1) };
    let mut known = user(2);
    known.identities.push(mail_identity(1));
    let mut moving = user(2);
    moving.identities[0].address = address(1);
    let records = [second, first, known, moving].map(|user| record(user, true)).to_vec();

    let after = take(&t, &job, 0, records).await;

    assert_eq!(counts(&after), [4, 0, 0, 4]);
    let expected = ["CONFLICT_EMAIL", "CONFLICT_PHONE", "CONFLICT_EMAIL", "CONFLICT_PHONE"];
    assert_eq!(codes(&t, &after).await, expected);
    assert_eq!(t.find_user(&user_id(1)).await.unwrap(), Some(owner));
    assert_eq!(t.find_user(&user_id(2)).await.unwrap(), Some(user(2)));
    assert_eq!(t.find_user_by_address("sms", &address(3)).await.unwrap(), None);
    assert_eq!(t.count_users().await.unwrap(), 2);
}

async fn a_new_address_kills_codes_on_the_way_to_the_old_one(t: Bench) {
    t.insert_user(&user(1), Vec::new()).await.unwrap();
    send(&*t, open(1)).await;
    assert_eq!(promised(&*t).await.len(), 1);
    let job = begun(&t, true).await;
    let mut moved = user(1);
    moved.identities[0].address = address(7);

    let after = take(&t, &job, 0, vec![record(moved, true)]).await;

    assert_eq!(counts(&after), [0, 1, 0, 1]);
    assert_eq!(promised(&*t).await, Vec::<String>::new());
    let found = t.find_user_by_address("sms", &address(7)).await.unwrap().unwrap();
    assert_eq!(found.id, user_id(1));
}

async fn what_an_earlier_owner_of_the_id_was_given_stays_dead(t: Bench) {
    t.insert_user(&user(1), Vec::new()).await.unwrap();
    t.insert_refresh_family(family(1, 1), hash(1), 9).await.unwrap();
    t.delete_user(&user_id(1), NOW, Vec::new()).await.unwrap();
    let job = begun(&t, false).await;

    take(&t, &job, 0, vec![record(user(1), true)]).await;

    assert_eq!(t.find_refresh_family(&hash(1), NOW.plus(6)).await.unwrap(), None);
}

async fn a_blocked_user_of_a_file_is_signed_out(t: Bench) {
    t.insert_user(&user(1), Vec::new()).await.unwrap();
    t.insert_session(&session(1, 1), None).await.unwrap();
    let job = begun(&t, true).await;
    let blocked = User { blocked: true, ..user(1) };

    take(&t, &job, 0, vec![record(blocked, true)]).await;

    assert_eq!(t.list_sessions(&UserId::from(user_id(1).as_str())).await.unwrap(), []);
}

/// S-148
async fn a_file_that_proves_an_address_drops_what_was_there_without_a_proof(t: Bench) {
    let job = begun(&t, true).await;
    for n in [1, 2] {
        credentials::signed_up(&t, n).await;
    }
    let mut proved = credentials::account(1);
    proved.identities[0].verified_at = Some(NOW);
    take(&t, &job, 0, vec![record(proved, true), record(credentials::account(2), true)]).await;
    let is_proved = t.find_user(&user_id(1)).await.unwrap().unwrap().identities[0].verified_at.is_some();
    assert!(is_proved);
    assert_eq!(t.find_password("sms", &address(1)).await.unwrap(), None);
    assert!(t.find_password("sms", &address(2)).await.unwrap().is_some());
}
