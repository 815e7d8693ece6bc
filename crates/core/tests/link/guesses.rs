//! The three signs that a press on another device must name.

use super::*;

/// Signs that are none of the page's.
fn other(signs: &str) -> String {
    signs.chars().map(|sign| if sign == 'A' { 'B' } else { 'A' }).collect()
}

/// security.md section 2.6
#[tokio::test]
async fn three_wrong_guesses_void_the_link() {
    let w = waiting().await;
    let (link, signs) = (w.t.link(), w.signs().await);
    for _ in 0..3 {
        let pressed = w.press(&link, &w.phone, Some(&other(&signs))).await;
        assert!(matches!(pressed, Ok(LinkUse::WrongConfirmation)));
    }
    for browser in [&w.phone, &w.browser] {
        assert!(matches!(w.press(&link, browser, Some(&signs)).await, Ok(LinkUse::Dead(_))));
        assert!(matches!(w.look(&link, browser).await, LinkPage::Dead(DeadLink { client: Some(_), .. })));
    }
    // The code of the same mail is not touched.
    w.enter_code(&w.t.mailed_code()).await.unwrap();
}

/// security.md section 2.6: the bound is for a sign-in, not for each of its mails.
#[tokio::test]
async fn further_links_of_a_sign_in_bring_no_further_guesses() {
    let w = waiting().await;
    let signs = w.signs().await;
    let mut link = w.t.link();
    for _ in 0..3 {
        let pressed = w.press(&link, &w.phone, Some(&other(&signs))).await;
        assert!(matches!(pressed, Ok(LinkUse::WrongConfirmation)));
        link = w.resend().await;
    }
    assert!(matches!(w.look(&link, &w.phone).await, LinkPage::Dead(_)));
    assert!(matches!(w.press(&link, &w.phone, Some(&signs)).await, Ok(LinkUse::Dead(_))));
    // In the browser that waits nothing is guessed.
    assert!(matches!(w.look(&link, &w.browser).await, LinkPage::Here { .. }));
    here(w.press(&link, &w.browser, None).await);
}

/// security.md section 2.6, however many press at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_guesses_at_once_three_are_compared() {
    let w = Arc::new(waiting().await);
    let (link, signs) = (w.t.link(), w.signs().await);
    let tries: Vec<_> = (0..50)
        .map(|_| {
            let (w, link, wrong) = (Arc::clone(&w), link.clone(), other(&signs));
            tokio::spawn(async move { w.press(&link, &w.phone, Some(&wrong)).await.unwrap() })
        })
        .collect();
    let mut compared = 0;
    for tried in tries {
        match tried.await.unwrap() {
            LinkUse::WrongConfirmation => compared += 1,
            LinkUse::Dead(_) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(compared, 3);
}

#[tokio::test]
async fn scanners_that_look_and_press_leave_the_link_alive() {
    let w = waiting().await;
    let (link, signs) = (w.t.link(), w.signs().await);
    let scanner = w.t.browser();
    for _ in 0..5 {
        assert!(matches!(w.look(&link, &scanner).await, LinkPage::Elsewhere { .. }));
        for typed in [None, Some(""), Some("test"), Some("https://example.com/")] {
            let pressed = w.press(&link, &scanner, typed).await;
            assert!(matches!(pressed, Ok(LinkUse::WrongConfirmation)));
        }
    }
    assert!(w.go_on().await.unwrap().is_none());
    assert_eq!(w.sessions().await, 0);
    assert!(matches!(w.press(&link, &w.phone, Some(&signs)).await, Ok(LinkUse::Elsewhere { .. })));
    assert!(w.go_on().await.unwrap().is_some());
}

/// The signs of one sign-in are not those of another.
#[tokio::test]
async fn every_sign_in_has_its_own_signs() {
    let t = TestEngine::new().await;
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..20 {
        let browser = t.browser();
        let handle = t.begin(NATIVE, &browser).await;
        seen.insert(t.engine.sign_in_page(&handle, &browser).await.unwrap().confirmation);
    }
    assert_eq!(seen.len(), 20);
}
