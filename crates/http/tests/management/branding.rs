//! Branding, prompts and their texts as tools write and read them.

use http::Method;
use serde_json::json;

use crate::tool::{Tool, failure, is_closed, refuses, unlimited};

/// MS-003
#[tokio::test]
async fn branding_reads_back_as_it_was_written() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    assert_eq!(tool.get("/branding").await.json(), json!({}));
    let body = json!({
        "colors": {"primary": "#0059d6", "page_background": {"type": "linear-gradient", "start": "#fff", "end": "#000"}},
        "logo_url": "https://acme.example/logo.png", "favicon_url": "", "font": {"url": "https://acme.example/f.woff2"},
    });
    let changed = tool.call(Method::PATCH, "/branding", Some(body.clone())).await;
    assert_eq!((changed.status.as_u16(), changed.json()), (200, body.clone()));
    assert_eq!(tool.get("/branding").await.json(), body);
    let less =
        tool.call(Method::PATCH, "/branding", Some(json!({"font": null, "colors": null}))).await.json();
    assert_eq!(less, json!({"logo_url": "https://acme.example/logo.png", "favicon_url": ""}));
    let bodies = [
        (json!({"colors": {"primary": "red;background:url(x)"}}), "on property colors"),
        (json!({"colors": "#fff"}), "on property colors"),
        (json!({"colors": {"primary": {}}}), "on property colors"),
        (json!({"logo_url": "javascript:alert(1)"}), "on property logo_url"),
        (json!({"favicon_url": 1}), "on property favicon_url"),
        (json!({"font": {"url": "data:,x"}}), "on property font"),
    ];
    refuses(&tool, Method::PATCH, "/branding", &bodies).await;
    is_closed(&server, &[(Method::GET, "/branding"), (Method::PATCH, "/branding")]).await;
}

/// MS-003
#[tokio::test]
async fn prompts_say_what_the_pages_are_like() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let fresh = json!({
        "universal_login_experience": "new", "identifier_first": true, "webauthn_platform_first_factor": false,
    });
    assert_eq!(tool.get("/prompts").await.json(), fresh);
    let change = json!({"universal_login_experience": "classic", "webauthn_platform_first_factor": true});
    tool.call(Method::PATCH, "/prompts", Some(change)).await;
    let read = tool.get("/prompts").await.json();
    assert_eq!(
        (&read["universal_login_experience"], &read["identifier_first"]),
        (&json!("classic"), &json!(true))
    );
    let bodies = [
        (json!({"universal_login_experience": "old"}), "on property universal_login_experience"),
        (json!({"identifier_first": "yes"}), "on property identifier_first"),
    ];
    refuses(&tool, Method::PATCH, "/prompts", &bodies).await;
    is_closed(&server, &[(Method::GET, "/prompts"), (Method::PATCH, "/prompts")]).await;
}

/// MS-003
#[tokio::test]
async fn texts_of_prompts_are_kept_by_language_and_empty_where_nobody_wrote_any() {
    let server = unlimited().await;
    let tool = Tool::new(&server).await;
    let path = "/prompts/login-passwordless/custom-text/en";
    for unknown in [path, "/prompts/no-such-prompt/custom-text/xx", "/prompts/a%2Fb/custom-text/en"] {
        let answer = tool.get(unknown).await;
        assert_eq!((answer.status.as_u16(), answer.json()), (200, json!({})), "{unknown}");
    }
    let texts = json!({"login-passwordless-sms-otp": {"title": "Enter the code"}});
    assert_eq!(tool.call(Method::PUT, path, Some(texts.clone())).await.json(), texts);
    assert_eq!(tool.get(path).await.json(), texts);
    assert_eq!(tool.get("/prompts/login-passwordless/custom-text/de").await.json(), json!({}));
    assert_eq!(tool.call(Method::PUT, path, Some(json!({}))).await.json(), json!({}));
    assert_eq!(tool.get(path).await.json(), json!({}));
    let bodies = [
        (json!({"screen": "x"}), "on property screen"),
        (json!({"screen": {"title": 1}}), "on property screen"),
    ];
    refuses(&tool, Method::PUT, path, &bodies).await;
    let (status, code, _) =
        failure(&tool.call(Method::PUT, "/prompts/a%2Fb/custom-text/en", Some(json!({}))).await);
    assert_eq!((status, code), (400, json!("invalid_uri")));
    is_closed(&server, &[(Method::GET, path), (Method::PUT, path)]).await;
}
