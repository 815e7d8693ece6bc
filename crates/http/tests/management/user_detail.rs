//! How users prove themselves, and what this server has nothing of.

use http::Method;
use serde_json::{Value, json};

use crate::tool::{Tool, failure, server};
use crate::users::{make, path};

/// M-024
#[tokio::test]
async fn the_methods_of_a_user_are_their_addresses_masked() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let body =
        json!({"connection": "sms", "phone_number": "+14155550100", "user_id": "1", "phone_verified": true});
    let user = make(&tool, body).await;
    let other =
        make(&tool, json!({"connection": "email", "email": "chucknor@example.com", "user_id": "2"})).await;
    let at = format!("{}/authentication-methods", path(&user));
    let list = tool.get(&at).await.json();
    assert_eq!(list.as_array().unwrap().len(), 1);
    assert_eq!(
        (&list[0]["id"], &list[0]["type"], &list[0]["confirmed"], &list[0]["phone_number"]),
        (&json!("phone|1"), &json!("phone"), &json!(true), &json!("XXXXXXXX0100"))
    );
    let totals = tool.get(&format!("{at}?include_totals=true")).await.json();
    assert_eq!((&totals["authenticators"], &totals["total"]), (&list, &json!(1)));
    assert_eq!(tool.get(&format!("{at}/phone%7C1")).await.json(), list[0]);
    let of_other = tool.get(&format!("{}/authentication-methods", path(&other))).await.json();
    assert_eq!(
        (&of_other[0]["email"], &of_other[0]["confirmed"]),
        (&json!("chuc****@exam*******"), &json!(false))
    );
    assert_eq!(failure(&tool.get(&format!("{at}/phone%7C2")).await).0, 404);
    assert_eq!(failure(&tool.get("/users/sms%7Cnobody/authentication-methods").await).0, 404);
}

/// M-024
#[tokio::test]
async fn the_methods_of_an_address_change_with_the_user_only() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let user =
        make(&tool, json!({"connection": "sms", "phone_number": "+14155550100", "user_id": "1"})).await;
    let at = format!("{}/authentication-methods", path(&user));
    let one = format!("{at}/phone%7C1");
    for (method, path, status) in [
        (Method::PATCH, &one, 400),
        (Method::DELETE, &one, 400),
        (Method::POST, &at, 400),
        (Method::PUT, &at, 400),
        (Method::DELETE, &at, 204),
    ] {
        let answer = tool.call(method.clone(), path, Some(json!({"name": "x"}))).await;
        assert_eq!(answer.status.as_u16(), status, "{method} {path}");
    }
    assert_eq!(tool.get(&one).await.status, 200);
    let reader = Tool::of(&server, "read:authentication_methods").await;
    assert_eq!(failure(&reader.call(Method::DELETE, &one, None).await).0, 403);
}

/// M-038
#[tokio::test]
async fn what_this_server_has_nothing_of_is_empty() {
    let server = server().await;
    let tool = Tool::new(&server).await;
    let user = make(&tool, json!({"connection": "sms", "phone_number": "+14155550100"})).await;
    let at = path(&user);
    for name in ["roles", "permissions", "organizations", "enrollments", "groups"] {
        assert_eq!(tool.get(&format!("{at}/{name}")).await.json(), json!([]), "{name}");
        let totals = tool.get(&format!("{at}/{name}?include_totals=true")).await.json();
        assert_eq!((&totals[name], &totals["total"]), (&json!([]), &json!(0)));
    }
    let accounts = tool.get(&format!("{at}/connected-accounts")).await.json();
    assert_eq!(accounts, json!({"connected_accounts": []}));
    assert_eq!(failure(&tool.get("/users/sms%7Cnobody/roles").await).0, 404);
    for (method, rest, status) in [
        (Method::DELETE, "multifactor/duo", 204),
        (Method::POST, "multifactor/actions/invalidate-remember-browser", 204),
        (Method::DELETE, "authenticators", 204),
        (Method::POST, "risk-assessments/clear", 204),
        (Method::POST, "recovery-code-regeneration", 404),
    ] {
        let answer = tool.call(method, &format!("{at}/{rest}"), None::<Value>).await;
        assert_eq!(answer.status.as_u16(), status, "{rest}");
    }
}
