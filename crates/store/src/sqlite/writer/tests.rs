use super::*;
use crate::sqlite::{Place, Sqlite};
use crate::tx::{Engine, Tx};

struct Write {
    patient: bool,
}

impl Act for Write {
    type Out = ();

    fn is_patient(&self) -> bool {
        self.patient
    }

    async fn run<T: Tx>(&self, _: &T) -> StoreResult<()> {
        Ok(())
    }
}

fn opened(company: Duration) -> Sqlite {
    Sqlite::open(&Place::Memory, &StoreOptions { company, ..StoreOptions::default() }).unwrap()
}

const EVER: Duration = Duration::from_secs(3600);

fn waiting(patient: bool) -> Box<dyn Job> {
    Box::new(Waiting { act: Write { patient }, outcome: None, answer: oneshot::channel().0 })
}

#[test]
fn a_patient_act_is_written_with_the_next_one() {
    let (queue, jobs) = sync_channel(1);
    let late = std::thread::spawn(move || queue.send(waiting(false)).unwrap());

    let batch = gather(waiting(true), &jobs, EVER);

    assert_eq!(batch.iter().map(|job| job.is_patient()).collect::<Vec<_>>(), [true, false]);
    late.join().unwrap();
}

#[tokio::test]
async fn whoever_is_not_patient_waits_for_nobody() {
    assert!(opened(EVER).write(Write { patient: false }).await.is_ok());
}

#[tokio::test]
async fn where_nobody_comes_a_patient_act_is_written_alone() {
    assert!(opened(Duration::ZERO).write(Write { patient: true }).await.is_ok());
}

#[tokio::test]
async fn a_store_that_is_closed_waits_for_nobody_any_more() {
    let store = opened(EVER);
    let patient = store.write(Write { patient: true });

    let (written, ()) = tokio::join!(patient, store.close());

    assert!(written.is_ok());
}
