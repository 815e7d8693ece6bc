//! Browsers of administrators.

use latchkey_core::flow::manage::Operator;
use latchkey_core::model::Role;

use super::{Browser, TestServer};

pub const ADMIN: &str = "first@example.com";

/// The browser of the first administrator, who may do everything.
pub async fn admin(server: &TestServer) -> Browser<'_> {
    let link = server.t.engine.set_up_link().await.unwrap().unwrap();
    enter(server, link.expose(), &[("email", ADMIN)]).await
}

/// The browser of another one, after [`admin`].
pub async fn colleague<'a>(server: &'a TestServer, email: &str, role: Role) -> Browser<'a> {
    let operator = server.t.engine.admin_operator(ADMIN).await.unwrap().unwrap();
    server.t.engine.create_admin(&operator, email, role).await.unwrap();
    let link = server.t.engine.admin_link(&Operator::console(), email).await.unwrap();
    enter(server, link.expose(), &[]).await
}

async fn enter<'a>(server: &'a TestServer, link: &str, fields: &[(&str, &str)]) -> Browser<'a> {
    let browser = Browser::new(server);
    let path = format!("/dashboard/enter/{link}");
    let page = browser.get(&path).await;
    let home = browser.submit(&page, &path, fields).await;
    assert_eq!(home.status, 200, "{}", home.text);
    browser
}
