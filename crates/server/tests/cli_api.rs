//! Commands over the Management API: by the socket of a running server, by URL and token, and with no server. Each
//! way does the same.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use support::users::database;
use support::{BINARY, Running, free_port, latchkey, post, request, text};

/// A folder with a configuration, and the way in which its commands go.
struct Place {
    folder: tempfile::TempDir,
    port: u16,
    /// URL and token, where commands go by them.
    remote: Option<[String; 2]>,
}

impl Place {
    fn new() -> Self {
        Self::over("sqlite:data/latchkey.db", "")
    }

    fn over(store: &str, more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let config = format!(
            "[server]\nlisten = \"127.0.0.1:{port}\"\n[store]\nurl = \"{store}\"\n[inbox]\nenabled = true\n[limits]\nenabled = false\n{more}"
        );
        std::fs::write(folder.path().join("latchkey.toml"), config).unwrap();
        Self { folder, port, remote: None }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn socket(&self) -> std::path::PathBuf {
        self.path().join("data/latchkey.sock")
    }

    fn serve(&self) -> Running {
        Running::serve(self.path(), self.port)
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A token with every scope, or with these.
    fn token(&self, id: &str, scopes: Option<&str>) -> String {
        let all = || -> String {
            let listed = json_of(&self.run(&["api", "--json"]));
            let scopes = listed.as_array().unwrap().iter().flat_map(|one| one["scopes"].as_array().unwrap());
            let mut scopes: Vec<&str> = scopes.map(|scope| scope.as_str().unwrap()).collect();
            scopes.retain(|scope| !scope.contains("current_user"));
            scopes.push("read:connections_options");
            scopes.join(" ")
        };
        let scopes = scopes.map_or_else(all, str::to_owned);
        let audience = format!("{}/api/v2/={scopes}", self.url());
        let made = self.run(&["clients", "create", id, "--type", "machine", "--audience", &audience]);
        let body = json!({
            "grant_type": "client_credentials", "client_id": id,
            "client_secret": json_of(&made)["client_secret"], "audience": format!("{}/api/v2/", self.url()),
        });
        let (_, answer) = post(self.port, "/oauth/token", &body).unwrap();
        answer["access_token"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(BINARY);
        command.args(arguments).current_dir(self.path()).stdin(Stdio::null());
        if let Some([url, token]) = &self.remote {
            command.env("LATCHKEY_URL", url).env("LATCHKEY_TOKEN", token);
        }
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// What a command shows, which must succeed.
    fn json(&self, arguments: &[&str]) -> Value {
        json_of(&self.run(arguments))
    }

    fn table(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?} {}", text(&output.stderr));
        text(&output.stdout)
    }

    fn refused(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?} {}", text(&output.stdout));
        text(&output.stderr)
    }
}

fn json_of(output: &Output) -> Value {
    assert!(output.status.success(), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output.stdout)))
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap_or_else(|| panic!("{value}")).to_owned()
}

/// Every family does its work, whichever way the commands go.
fn every_family(place: &Place) {
    applications(place);
    apis_and_grants(place);
    connections_and_users(place);
    messages(place);
    streams(place);
    tenant(place);
    keys_admins_and_logs(place);
}

fn applications(place: &Place) {
    let app =
        place.json(&["clients", "create", "app", "--type", "spa", "--callback", "https://a.example/cb"]);
    assert_eq!(app["callbacks"], json!(["https://a.example/cb"]));
    assert!(app.get("client_secret").is_none(), "it keeps no secret");
    let refused = place.refused(&["clients", "create", "app", "--type", "spa"]);
    assert!(refused.contains("exists; change it with: latchkey clients update app"), "{refused}");
    let changed = place.json(&["clients", "update", "app", "description=Shop", "client_metadata.tier=gold"]);
    assert_eq!(
        (&changed["description"], &changed["client_metadata"]["tier"]),
        (&json!("Shop"), &json!("gold"))
    );
    assert_eq!(changed["refresh_token"]["rotation_type"], "rotating");

    let web = place.json(&["clients", "create", "web", "--type", "regular-web"]);
    let secret = web["client_secret"].as_str().unwrap();
    let rotated = place.json(&["clients", "rotate-secret", "web"]);
    assert_ne!(rotated["client_secret"], secret);
    assert!(place.json(&["clients", "show", "web"]).get("client_secret").is_none());
    let table = place.table(&["clients", "list"]);
    assert!(table.starts_with("CLIENT ID") && table.contains("spa"), "{table}");
    assert_eq!(place.json(&["clients", "credentials", "web", "--json"]), json!([]));
    assert!(place.refused(&["clients", "delete", "nope"]).contains("there is no nope"));
    assert_eq!(place.json(&["clients", "delete", "web"]), json!({"deleted": "web"}));
}

fn apis_and_grants(place: &Place) {
    let api = "https://api.example.com";
    place.json(&["apis", "create", "name=Orders", &format!("identifier={api}"), "token_lifetime=3600"]);
    place.json(&["apis", "permit", api, "read:orders", "Read orders"]);
    place.json(&["apis", "permit", api, "write:orders"]);
    place.json(&["apis", "forbid", api, "write:orders"]);
    let permissions = place.json(&["apis", "permissions", api, "--json"]);
    assert_eq!(permissions, json!([{"value": "read:orders", "description": "Read orders"}]));
    assert!(place.refused(&["apis", "forbid", api, "write:orders"]).contains("has no permission"));
    assert_eq!(place.json(&["apis", "update", api, "name=Sales"])["name"], "Sales");
    assert!(place.table(&["apis", "list"]).contains(api));

    place.json(&["clients", "create", "job", "--type", "machine"]);
    let audience = format!("audience={api}");
    let grant = place.json(&["grants", "create", "client_id=job", &audience, "scope=[\"read:orders\"]"]);
    assert_eq!(place.json(&["grants", "show", &id(&grant)])["scope"], json!(["read:orders"]));
    assert_eq!(place.json(&["grants", "update", &id(&grant), "scope=[]"])["scope"], json!([]));
    let listed = place.json(&["grants", "list", "--client-id", "job", "--json"]);
    assert_eq!(listed.as_array().unwrap().len(), 1);
    place.json(&["grants", "delete", &id(&grant)]);
    assert!(place.table(&["grants", "list", "--client-id", "job"]).contains("latchkey grants create --help"));
    place.json(&["apis", "delete", api]);
    assert!(place.refused(&["apis", "show", api]).contains("404"));
}

fn connections_and_users(place: &Place) {
    let sms = ["connections", "create", "sms", "--strategy", "sms", "--option", "provider=inbox"];
    place.json(&sms);
    assert_eq!(place.json(&["connections", "enable", "sms", "app"]), json!({"enabled": ["app"]}));
    assert!(place.table(&["connections", "clients", "sms"]).contains("app"));
    assert!(place.table(&["clients", "connections", "app"]).contains("sms"));
    place.json(&["connections", "disable", "sms", "app"]);
    assert_eq!(place.json(&["connections", "clients", "sms", "--json"]), json!([]));
    place.json(&["connections", "enable", "sms", "app"]);
    let off = place.json(&["connections", "update", "sms", "--enabled", "false"]);
    assert_eq!((&off["enabled"], &off["options"]["provider"]), (&json!(false), &json!("inbox")));
    let on = place.json(&["connections", "update", "sms", "--enabled", "true", "--option", "totp.length=8"]);
    assert_eq!((&on["enabled"], &on["options"]["provider"]), (&json!(true), &json!("inbox")));
    assert!(place.json(&["connections", "preview", "sms"]).is_object());
    assert!(place.refused(&["connections", "show", "nope"]).contains("there is no connection nope"));

    let create = ["users", "create", "--connection", "sms", "--phone-number"];
    let ana = place.json(&[&create[..], &["+14155550100", "name=Ana", "user_metadata.plan=pro"]].concat());
    let ana = ana["user_id"].as_str().unwrap();
    let bo = place.json(&[&create[..], &["+14155550101"]].concat());
    let bo = bo["user_id"].as_str().unwrap();
    let changed = place.json(&["users", "update", ana, "user_metadata.team.size=3", "nickname=A"]);
    assert_eq!(changed["user_metadata"], json!({"plan": "pro", "team": {"size": 3}}));
    let all = place.json(&["users", "list", "--json"]);
    assert_eq!(all.as_array().unwrap().len(), 2);
    let after = all[0]["user_id"].as_str().unwrap();
    let rest = place.json(&["users", "list", "--after", after, "--json"]);
    assert_eq!(rest, json!([all[1]]));
    assert!(place.table(&["users", "list", "--q", "name:Ana"]).contains("+14155550100"));
    assert!(place.table(&["users", "by-phone", "--phone-number", "+14155550101"]).contains(bo));
    for list in ["sessions", "refresh-tokens"] {
        assert_eq!(place.json(&["users", list, ana, "--json"]), json!([]), "{list}");
    }
    assert!(place.table(&["users", "logs", ana]).starts_with("AT"));
    assert!(place.table(&["users", "methods", ana]).contains("phone"));
    let other = bo.split_once('|').unwrap().1;
    place.json(&["users", "link", ana, "provider=sms", &format!("user_id={other}")]);
    place.json(&["users", "unlink", ana, "sms", other]);
    assert_eq!(place.json(&["users", "revoke-access", ana]), json!({"revoked": ana}));
    assert_eq!(place.json(&["users", "block", ana])["blocked"], true);
    assert_eq!(place.json(&["users", "unblock", ana])["blocked"], false);
    assert_eq!(place.json(&["protection", "user-held", ana]), json!({"blocked_for": []}));
    assert_eq!(place.json(&["protection", "ip-held", "203.0.113.7"]), json!({"blocked": false}));
    assert_eq!(
        place.json(&["protection", "held", "--identifier", "+14155550100"]),
        json!({"blocked_for": []})
    );
    place.json(&["protection", "release", "--identifier", "+14155550100"]);
    let left = place.json(&["connections", "delete-user", "sms", "--phone-number", "+14155550101"]);
    assert_eq!(left, json!({"deleted": "+14155550101"}));
    assert!(place.refused(&["users", "show", bo]).contains("there is no user"));
    assert!(place.refused(&["sessions", "show", "none"]).contains("404"));
    assert_eq!(place.json(&["refresh-tokens", "list", "--user-id", ana, "--json"]), json!([]));
    assert_eq!(place.json(&["devices", "list", "--user-id", ana, "--json"]), json!([]));
}

fn messages(place: &Place) {
    std::fs::write(place.path().join("password"), "hush-hush\n").unwrap();
    assert!(place.refused(&["email-provider", "show"]).contains("404"));
    let made = place.json(&[
        "email-provider",
        "create",
        "name=smtp",
        "credentials.smtp_host=mail.example.com",
        "credentials.smtp_port=587",
        "credentials.smtp_user=codes",
        "--secret-file",
        "credentials.smtp_pass=password",
        "default_from_address=codes@example.com",
    ]);
    assert!(!made.to_string().contains("hush"), "{made}");
    let changed = place.json(&["email-provider", "update", "default_from_address=hi@example.com"]);
    assert_eq!(changed["default_from_address"], "hi@example.com");
    place.json(&["email-provider", "delete"]);
    let template = json!({
        "template": "verify_email", "body": "<p>{{ url }}</p>", "from": "codes@example.com",
        "subject": "Hello", "syntax": "liquid", "enabled": true,
    });
    std::fs::write(place.path().join("template.json"), template.to_string()).unwrap();
    place.json(&["email-templates", "create", "--file", "template.json", "subject=Hi"]);
    assert_eq!(place.json(&["email-templates", "show", "verify_email"])["subject"], "Hi");
    place.json(&["email-templates", "update", "verify_email", "enabled=false"]);

    assert!(place.table(&["phone-provider", "list"]).contains("latchkey phone-provider create --help"));
    let made = place.json(&[
        "phone-provider",
        "create",
        "name=twilio",
        "configuration.sid=AC0123456789abcdef0123456789abcdef",
        "configuration.default_from=\"+15005550006\"",
        "configuration.delivery_methods=[\"text\"]",
        "--secret-file",
        "credentials.auth_token=password",
    ]);
    assert!(!made.to_string().contains("hush"), "{made}");
    assert_eq!(place.json(&["phone-provider", "update", &id(&made), "disabled=true"])["disabled"], true);
    place.json(&["phone-provider", "delete", &id(&made)]);
    place.table(&["phone-templates", "list"]);
}

fn streams(place: &Place) {
    std::fs::write(place.path().join("header"), "Bearer hush-hush").unwrap();
    assert!(place.table(&["log-streams", "list"]).contains("latchkey log-streams create --help"));
    let made = place.json(&[
        "log-streams",
        "create",
        "name=siem",
        "type=http",
        "sink.httpEndpoint=https://logs.invalid/in",
        "--secret-file",
        "sink.httpAuthorization=header",
    ]);
    let stream = id(&made);
    assert!(made["signing_secret"].is_string(), "{made}");
    let shown = place.run(&["log-streams", "show", &stream]);
    assert!(shown.status.success() && !text(&shown.stdout).contains("hush"), "{}", text(&shown.stdout));
    assert!(!text(&shown.stdout).contains(made["signing_secret"].as_str().unwrap()));
    assert_eq!(place.json(&["log-streams", "update", &stream, "status=paused"])["status"], "paused");
    assert!(place.json(&["log-streams", "health", &stream]).is_object());
    assert!(place.json(&["log-streams", "rotate-secret", &stream])["signing_secret"].is_string());
    assert!(place.refused(&["log-streams", "replay", &stream]).contains("nothing was given: see --help"));
    place.json(&["log-streams", "replay", &stream, "date=2026-01-01T00:00:00Z"]);
    assert_eq!(place.json(&["log-streams", "test", &stream])["delivered"], false);
    place.json(&["log-streams", "delete", &stream]);
}

fn tenant(place: &Place) {
    assert_eq!(place.json(&["settings", "update", "friendly_name=Acme"])["friendly_name"], "Acme");
    assert_eq!(place.json(&["settings", "show"])["friendly_name"], "Acme");
    let colour = place.json(&["settings", "branding-update", "colors.primary=#0a7d55"]);
    assert_eq!(place.json(&["settings", "branding"]), colour);
    assert!(place.json(&["settings", "prompts"]).is_object());
    assert!(!place.json(&["settings", "checklist"]).is_null());
    let part = "brute-force-protection";
    let attempts = place.json(&["protection", "update", part, "max_attempts=5"]);
    assert_eq!(place.json(&["protection", "show", part]), attempts);
    let domain = place.json(&["domains", "create", "domain=login.acme.example", "type=self_managed_certs"]);
    let domain = domain["custom_domain_id"].as_str().unwrap();
    assert!(place.table(&["domains", "list"]).contains("login.acme.example"));
    place.json(&["domains", "verify", domain]);
    assert!(place.json(&["domains", "default"])["domain"].is_string());
    place.json(&["domains", "delete", domain]);
    assert!(place.refused(&["jobs", "show", "job_none"]).contains("404"));
    assert!(place.json(&["stats", "activity", "--days", "7"])["days"].is_array());
    assert!(place.json(&["stats", "active-users"]).is_number());
    place.table(&["stats", "daily"]);
}

fn keys_admins_and_logs(place: &Place) {
    let kid = place.json(&["keys", "rotate", "--json"])["kid"].as_str().unwrap().to_owned();
    assert!(place.json(&["keys", "show", &kid])["current"].as_bool().unwrap());
    assert!(place.refused(&["keys", "revoke", &kid]).contains("rotate first"));
    assert!(place.refused(&["keys", "revoke", "none"]).contains("there is no key none"));
    assert!(place.refused(&["keys", "rotate", "--alg", "es256"]).contains("no ES256 key yet"));
    let link = place.table(&["admins", "add", "ana@example.com"]);
    assert!(link.contains("/dashboard/enter/"), "{link}");
    place.table(&["admins", "add", "bo@example.com", "--role", "viewer"]);
    place.table(&["admins", "role", "bo@example.com", "editor"]);
    let listed = place.json(&["admins", "list", "--json"]);
    // Those of one second are in no order.
    let mut roles: Vec<&str> =
        listed.as_array().unwrap().iter().map(|admin| admin["role"].as_str().unwrap()).collect();
    roles.sort_unstable();
    assert_eq!(roles, ["editor", "owner"]);
    assert_eq!(place.json(&["admins", "sessions", "bo@example.com", "--json"]), json!([]));
    assert_eq!(place.json(&["admins", "passkeys", "bo@example.com", "--json"]), json!([]));
    for act in [
        &["admins", "remove-passkey", "bo@example.com", "none"][..],
        &["admins", "rename-passkey", "bo@example.com", "none", "Key"],
    ] {
        assert!(place.refused(act).contains("The passkey does not exist"), "{act:?}");
    }
    place.table(&["admins", "sign-out", "bo@example.com"]);
    place.table(&["admins", "remove", "bo@example.com"]);
    assert!(place.refused(&["admins", "link", "bo@example.com"]).contains("there is no such administrator"));

    let log = place.json(&["logs", "list", "--limit", "3", "--json"]);
    assert_eq!(log.as_array().unwrap().len(), 3);
    let newest = log[0]["log_id"].as_str().unwrap();
    assert_eq!(
        place.json(&["logs", "list", "--after", newest, "--limit", "2", "--json"]),
        json!([log[1], log[2]])
    );
    assert_eq!(place.json(&["logs", "show", newest]), log[0]);
    let mine = place.json(&["logs", "list", "--q", "type:sapi", "--limit", "1", "--json"]);
    assert_eq!(mine[0]["type"], "sapi");
    assert!(place.refused(&["logs", "list", "--type", "lunch"]).contains("there is no log code lunch"));
    log_is_whole(place);
    let general = place.json(&["api", "PATCH", "/tenants/settings", "friendly_name=Acme Ltd"]);
    assert_eq!(place.json(&["api", "get", "/api/v2/tenants/settings"]), general);
    let queried = place.json(&["api", "GET", "/clients", "--query", "q=job", "--query", "fields=client_id"]);
    assert_eq!(queried, json!([{"client_id": "job"}]));
    let data =
        place.json(&["api", "PATCH", "/branding", "--data", "{\"colors\": {\"primary\": \"#112233\"}}"]);
    assert_eq!(data["colors"]["primary"], "#112233");
}

/// S-128
fn log_is_whole(place: &Place) {
    let report = place.json(&["logs", "verify", "--json"]);
    assert_eq!((&report["whole"], &report["broken"]), (&json!(true), &Value::Null), "{report}");
    let end = report["end"].as_str().unwrap();
    let told = place.table(&["logs", "verify", "--noted", end]);
    assert_eq!(told, format!("What operators did is whole in the log, up to {end}\n"));
    let (seq, _) = end.split_once(':').unwrap();
    let other = format!("{seq}:{}", "0".repeat(64));
    let refused = place.refused(&["logs", "verify", "--noted", &other]);
    assert!(
        refused.contains("the chain was made anew") && refused.contains(&format!("link {seq}")),
        "{refused}"
    );
    let shown = place.run(&["logs", "verify", "--noted", &other, "--json"]);
    assert_eq!((shown.status.code(), text(&shown.stdout).contains("noted_changed")), (Some(1), true));
}

#[test]
fn every_family_works_by_the_socket_of_a_running_server() {
    let place = Place::new();
    let mut server = place.serve();
    every_family(&place);
    // Events say which user of the machine it was.
    let log = place.json(&["logs", "list", "--q", "client_id:latchkey-cli", "--limit", "1", "--json"]);
    assert!(log[0]["details"]["local_user"].is_string(), "{log}");

    assert_eq!(std::fs::metadata(place.socket()).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::metadata(place.path().join("data")).unwrap().permissions().mode() & 0o777, 0o700);
    server.signal("TERM");
    assert!(server.child.wait().unwrap().success());
    assert!(!place.socket().exists(), "it is removed at the end");
}

#[test]
fn every_family_works_by_url_and_token() {
    let mut place = Place::new();
    let _server = place.serve();
    let token = place.token("tool", None);
    place.remote = Some([place.url(), token]);
    every_family(&place);
    let log = place.json(&["logs", "list", "--q", "client_id:tool", "--limit", "1", "--json"]);
    assert_eq!(log[0]["client_id"], "tool");
}

#[test]
fn every_family_works_where_no_server_runs() {
    let place = Place::new();
    every_family(&place);
    assert!(!place.socket().exists());
    // What was written is what a server finds.
    let _server = place.serve();
    assert!(place.table(&["clients", "list"]).contains("app"));
    let users = place.json(&["users", "list", "--json"]);
    assert_eq!(users.as_array().unwrap().len(), 1);
}

#[test]
fn users_come_in_and_go_out_by_the_socket_and_without_a_server() {
    let place = Place::new();
    let inbox = ["connections", "create", "email", "--strategy", "email", "--option", "provider=inbox"];
    place.json(&inbox);
    let users = json!([{"email": "a@example.com"}, {"email": "b@example.com"}]);
    std::fs::write(place.path().join("users.json"), users.to_string()).unwrap();
    let told = place.table(&["import", "users.json", "--connection", "email"]);
    assert_eq!(told, "2 users: 2 new, 0 changed, 0 failed\n");
    place.table(&["export", "-o", "here.json.gz"]);
    let _server = place.serve();
    place.table(&["export", "-o", "there.json.gz"]);
    for name in ["here.json.gz", "there.json.gz"] {
        assert!(std::fs::metadata(place.path().join(name)).unwrap().len() > 20, "{name}");
    }
    let exported = place.json(&["export", "-o", "told.json.gz", "--json"]);
    let job = exported["job"]["id"].as_str().unwrap();
    assert_eq!(place.json(&["jobs", "show", job])["status"], "completed");
}

#[test]
fn what_is_wrong_is_said_with_what_to_do() {
    let mut place = Place::new();
    let server = place.serve();
    let weak = place.token("weak", Some("read:clients"));
    place.remote = Some([place.url(), weak.clone()]);
    let refused = place.refused(&["users", "list"]);
    assert!(refused.contains("read:users") && refused.contains("get a new token"), "{refused}");
    assert!(!refused.contains(&weak));
    place.remote = Some([place.url(), String::from("a.b.c")]);
    assert!(place.refused(&["clients", "list"]).contains("does not take the token"));
    place.remote = None;
    let alone = place.run(&["clients", "list", "--url", &place.url()]);
    assert_eq!(alone.status.code(), Some(2));
    assert!(text(&alone.stderr).contains("LATCHKEY_TOKEN"), "{}", text(&alone.stderr));
    let alone = place.run(&["clients", "list", "--token", "hush-hush"]);
    assert_eq!(alone.status.code(), Some(2));
    assert!(!text(&alone.stderr).contains("hush"));
    drop(server);
    let away = place.run(&["clients", "list", "--url", &place.url(), "--token", &weak]);
    assert_eq!(away.status.code(), Some(1));
    assert!(text(&away.stderr).contains("cannot be reached"), "{}", text(&away.stderr));
    for (arguments, code) in [
        (&["grants"][..], 2),
        (&["grants", "frobnicate"], 2),
        (&["grants", "show"], 2),
        (&["connections", "delete-user", "sms"], 2),
        (&["api", "GET"], 2),
        (&["api", "GET", "clients"], 1),
    ] {
        assert_eq!(place.run(arguments).status.code(), Some(code), "{arguments:?}");
    }
    for family in ["grants", "log-streams", "settings", "apis", "users", "admins", "api"] {
        let help = place.run(&[family, "--help"]);
        assert!(text(&help.stdout).contains("Example"), "{family}");
    }
}

/// One thumbprint of 64 begins with a hyphen.
#[test]
fn the_id_of_a_key_may_begin_with_a_hyphen() {
    let place = Place::new();
    for act in ["show", "revoke"] {
        assert!(place.refused(&["keys", act, "-_x", "--json"]).contains("there is no key -_x"));
    }
}

/// A server that was killed leaves its socket behind.
#[test]
fn a_stale_socket_is_passed_over_and_replaced() {
    let place = Place::new();
    place.table(&["clients", "list"]);
    drop(UnixListener::bind(place.socket()).unwrap());
    assert!(place.table(&["clients", "list"]).contains("latchkey clients create --help"));
    let _server = place.serve();
    UnixStream::connect(place.socket()).unwrap();
    place.json(&["clients", "create", "app", "--type", "native"]);
}

#[test]
fn what_is_no_socket_is_left_alone_and_the_server_runs_without_one() {
    let place = Place::new();
    place.table(&["clients", "list"]);
    std::fs::write(place.socket(), "mine").unwrap();
    let _server = place.serve();
    assert_eq!(std::fs::read_to_string(place.socket()).unwrap(), "mine");
    let log = std::fs::read_to_string(place.path().join("stderr")).unwrap();
    assert!(log.contains("is no socket"), "{log}");
    let refused = place.refused(&["clients", "list"]);
    assert!(refused.contains("no server of this configuration answers at its socket"), "{refused}");
}

#[test]
fn the_socket_serves_the_management_api_and_nothing_else() {
    use std::io::{Read, Write};
    let place = Place::new();
    let _server = place.serve();
    let ask = |path: &str| {
        let mut stream = UnixStream::connect(place.socket()).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split(' ').nth(1).unwrap().to_owned()
    };
    assert_eq!(ask("/api/v2/clients"), "200");
    for path in ["/dashboard", "/authorize", "/oauth/token", "/dev/inbox/messages", "/readyz", "/metrics"] {
        assert_eq!(ask(path), "404", "{path}");
    }
    // By the network nobody is an owner.
    assert_eq!(request(place.port, "GET", "/api/v2/clients", "").unwrap().0, 401);
}

#[test]
fn the_socket_goes_where_the_configuration_says() {
    let place = Place::new();
    let file = place.path().join("latchkey.toml");
    let config = std::fs::read_to_string(&file).unwrap();
    let named = |path: &str| config.replace("[store]", &format!("socket = \"{path}\"\n[store]"));
    std::fs::write(&file, named("other.sock")).unwrap();
    let server = place.serve();
    assert!(place.path().join("other.sock").exists() && !place.socket().exists());
    place.table(&["clients", "list"]);
    drop(server);
    std::fs::write(&file, named("")).unwrap();
    let _server = place.serve();
    assert!(!place.socket().exists());
    assert!(place.refused(&["clients", "list"]).contains("in use by another Latchkey"));
}

#[test]
fn every_call_is_listed_with_its_command() {
    let folder = tempfile::tempdir().unwrap();
    let listed = latchkey(folder.path(), &["api"]);
    assert!(listed.status.success());
    for part in ["/clients/{id}/rotate-secret", "clients rotate-secret", "log-streams replay"] {
        assert!(text(&listed.stdout).contains(part), "{part}: {}", text(&listed.stdout));
    }
    assert!(!folder.path().join("latchkey-data").exists(), "it opens nothing");
}

#[test]
fn on_postgresql_the_socket_stands_beside_the_master_key_and_belongs_to_the_first_server() {
    let place = Place::over(&database("cli_api"), "[keys]\nmaster_key_file = \"master.key\"\n");
    let socket = place.path().join("latchkey.sock");
    place.json(&["clients", "create", "before", "--type", "native"]);
    let first = place.serve();
    let file = place.path().join("latchkey.toml");
    let config = std::fs::read_to_string(&file).unwrap();
    let other = free_port();
    std::fs::write(&file, config.replace(&place.port.to_string(), &other.to_string())).unwrap();
    let second = Running::serve(place.path(), other);
    let log = std::fs::read_to_string(place.path().join("stderr")).unwrap();
    assert!(log.contains("another Latchkey listens at"), "{log}");
    place.json(&["clients", "create", "meanwhile", "--type", "native"]);
    drop(second);
    assert!(socket.exists());
    let listed = place.table(&["clients", "list"]);
    assert!(listed.contains("before") && listed.contains("meanwhile"), "{listed}");
    drop(first);
    // It was killed: what it left is passed over.
    assert!(socket.exists());
    place.json(&["clients", "create", "after", "--type", "native"]);
}
