use super::*;
use crate::sqlite::{Place, Sqlite};
use crate::tx::{Engine, Tx};

struct Write;
struct PatientWrite;

impl Act for Write {
    type Out = ();

    async fn run<T: Tx>(&self, _: &T) -> StoreResult<()> {
        Ok(())
    }
}

impl Act for PatientWrite {
    type Out = ();
    const PATIENT: bool = true;

    async fn run<T: Tx>(&self, _: &T) -> StoreResult<()> {
        Ok(())
    }
}

const EVER: Duration = Duration::from_secs(3600);

fn waiting<A: Act>(act: A) -> Box<dyn Job> {
    Box::new(Waiting { act, outcome: None, answer: oneshot::channel().0 })
}

/// Which acts of each batch are patient, when all of `acts` wait.
fn batches(acts: Vec<Box<dyn Job>>, patience: Duration) -> Vec<Vec<bool>> {
    let (queue, jobs) = sync_channel(acts.len());
    for act in acts {
        queue.send(act).unwrap();
    }
    drop(queue);
    let log = Log { pages: Arc::default(), copying: false, copied: Arc::default() };
    let db = Conn::new(Connection::open_in_memory().unwrap());
    let mut desk = Desk { db, relaxed: false, patient: Vec::new(), patience, synced: true, log };
    let gathered = std::iter::from_fn(|| desk.gather(&jobs));
    gathered.map(|batch| batch.iter().map(|job| job.is_patient()).collect()).collect()
}

#[test]
fn patient_acts_are_written_by_themselves_after_everybody_else() {
    let acts = vec![waiting(PatientWrite), waiting(Write), waiting(PatientWrite), waiting(Write)];

    assert_eq!(batches(acts, EVER), [vec![false, false], vec![true, true]]);
}

#[test]
fn a_patient_act_that_has_waited_for_long_enough_goes_with_the_others() {
    let acts = vec![waiting(PatientWrite), waiting(Write)];

    assert_eq!(batches(acts, Duration::ZERO), [[false, true]]);
}

#[tokio::test]
async fn a_store_that_is_closed_still_writes_what_waits() {
    let store =
        Sqlite::open(&Place::Memory, &StoreOptions { patience: EVER, ..StoreOptions::default() }).unwrap();
    let patient = store.write(PatientWrite);

    let (written, ()) = tokio::join!(patient, store.close());

    assert!(written.is_ok());
}
