//! An administrator at the dashboard.

use latchkey_core::flow::manage::Operator;
use latchkey_core::model::Role;

use super::{Answer, Browser, TestServer};

pub const ME: &str = "first@example.com";

/// A browser whose person is the first administrator, at the page that they come to.
pub async fn enter(server: &TestServer) -> (Browser<'_>, Answer) {
    let browser = Browser::new(server);
    let link = server.t.engine.set_up_link().await.unwrap().unwrap();
    let path = format!("/dashboard/enter/{}", link.expose());
    let page = browser.get(&path).await;
    let home = browser.submit(&page, &path, &[("email", ME)]).await;
    assert_eq!(home.status, 200, "{}", home.text);
    (browser, home)
}

/// As [`enter`], for somebody whom the first administrator added.
pub async fn enter_as<'a>(server: &'a TestServer, email: &str, role: Role) -> Browser<'a> {
    let engine = &server.t.engine;
    let owner = engine.admin_operator(ME).await.unwrap().unwrap();
    engine.create_admin(&owner, email, role).await.unwrap();
    let link = engine.admin_link(&Operator::console(), email).await.unwrap();
    let path = format!("/dashboard/enter/{}", link.expose());
    let browser = Browser::new(server);
    let page = browser.get(&path).await;
    assert_eq!(browser.submit(&page, &path, &[]).await.status, 200);
    browser
}
