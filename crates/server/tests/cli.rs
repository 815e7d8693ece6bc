//! The command line as people and scripts use it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use support::{BINARY, OTP_GRANT, Running, free_port, latchkey, post, request, text};

struct Dev {
    child: Child,
    facts: Value,
}

impl Dev {
    fn start(folder: &Path, more: &[&str]) -> Self {
        Self::start_in(folder, "dev", more)
    }

    fn start_in(folder: &Path, name: &str, more: &[&str]) -> Self {
        let mut child = Command::new(BINARY)
            .args(["dev", "--port", "0", "--tls-port", "0", "--dir"])
            .arg(folder.join(name))
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        for _ in 0..400 {
            if let Ok(bytes) = std::fs::read(folder.join(name).join("dev.json")) {
                let facts = serde_json::from_slice(&bytes).unwrap();
                return Self { child, facts };
            }
            std::thread::sleep(Duration::from_millis(25));
        }
        child.kill().ok();
        child.wait().ok();
        panic!("dev mode wrote no dev.json");
    }

    fn port(&self) -> u16 {
        self.facts["http_url"].as_str().unwrap().rsplit(':').next().unwrap().parse().unwrap()
    }

    /// The code of a start, read from the inbox.
    fn code(&self) -> String {
        let body = json!({"client_id": "demo-native", "connection": "sms", "phone_number": "+14155550100"});
        assert_eq!(post(self.port(), "/passwordless/start", &body).unwrap().0, 200);
        let (_, inbox) = request(self.port(), "GET", "/dev/inbox/messages", "").unwrap();
        let inbox: Value = serde_json::from_str(&inbox).unwrap();
        inbox["messages"][0]["code"].as_str().unwrap().to_owned()
    }

    /// What it printed; ends it.
    fn banner(mut self) -> String {
        Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        let mut out = String::new();
        self.child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
        assert!(self.child.wait().unwrap().success());
        out
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[test]
fn the_three_commands_of_the_banner_work_as_printed() {
    let folder = tempfile::tempdir().unwrap();
    let first = Dev::start(folder.path(), &[]);
    let ports = [first.port().to_string(), first.facts["issuer"].as_str().unwrap().to_owned()];
    let banner = first.banner();
    assert!(banner.contains(&ports[1]), "{banner}");
    // The same ports again, so that the commands fit.
    let tls = ports[1].trim_end_matches('/').rsplit(':').next().unwrap().to_owned();
    std::fs::remove_file(folder.path().join("dev/dev.json")).unwrap();
    let second = Command::new(BINARY)
        .args(["dev", "--port", &ports[0], "--tls-port", &tls, "--dir"])
        .arg(folder.path().join("dev"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let _second = Running { child: second, port: ports[0].parse().unwrap() };
    while !folder.path().join("dev/dev.json").exists() {
        std::thread::sleep(Duration::from_millis(25));
    }
    let commands: Vec<&str> =
        banner.lines().map(str::trim).filter(|line| line.starts_with("curl ")).collect();
    assert_eq!(commands.len(), 3);
    let mut last = String::new();
    for command in commands {
        let output = Command::new("sh").args(["-c", command]).output().unwrap();
        assert!(output.status.success(), "{command}\n{}", text(&output.stderr));
        last = text(&output.stdout);
    }
    let decoded: Value = serde_json::from_str(&last).unwrap();
    assert_eq!(decoded["claims"]["phone_number"], "+14155550100");
}

#[test]
fn a_client_says_where_it_is_told_of_sign_outs() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| latchkey(folder.path(), arguments);
    let told = |output: &std::process::Output| -> Value {
        assert!(output.status.success(), "{}", text(&output.stderr));
        serde_json::from_slice::<Value>(&output.stdout).unwrap()["oidc_logout"].clone()
    };
    let url = "https://rp.example/told";
    let create = ["clients", "create", "rp", "--type", "regular-web", "--backchannel-logout-url", url];
    let settings = told(&run(&create));
    let of_all = |settings: &Value| {
        let initiators = &settings["backchannel_logout_initiators"];
        initiators.is_null() || initiators["mode"] == "all"
    };
    assert!(settings["backchannel_logout_urls"] == json!([url]) && of_all(&settings), "{settings}");

    let update = ["clients", "update", "rp", "--backchannel-logout-initiator"];
    let some =
        run(&[&update[..], &["rp-logout", "--backchannel-logout-initiator", "account-deleted"]].concat());
    let chosen = &told(&some)["backchannel_logout_initiators"]["selected_initiators"];
    assert_eq!(chosen, &json!(["rp-logout", "account-deleted"]));
    assert!(of_all(&told(&run(&[&update[..], &["all"]].concat()))));
    let unknown = run(&[&update[..], &["lunch"]].concat());
    assert!(!unknown.status.success() && text(&unknown.stderr).contains("session-revoked"));
    for bad in ["http://rp.example/", "https://127.0.0.1/told", "https://rp.example/#part"] {
        let refused = run(&["clients", "update", "rp", "--backchannel-logout-url", bad]);
        assert!(!refused.status.success(), "{bad}");
        assert!(text(&refused.stderr).contains("backchannel_logout_urls"), "{}", text(&refused.stderr));
    }
    let none = run(&["clients", "update", "rp", "--backchannel-logout-url", ""]);
    assert!(told(&none)["backchannel_logout_urls"].as_array().is_none_or(Vec::is_empty));
}

#[test]
fn users_are_signed_out_and_their_consents_are_shown() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| latchkey(folder.path(), arguments);
    let json = |output: &std::process::Output| -> Value {
        assert!(output.status.success(), "{}", text(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let inbox = ["connections", "create", "sms", "--strategy", "sms", "--option", "provider=inbox"];
    assert!(run(&inbox).status.success());
    let made = ["users", "create", "--connection", "sms", "--phone-number", "+14155550100"];
    let made = json(&run(&made));
    let id = made["user_id"].as_str().unwrap();
    assert_eq!(json(&run(&["users", "sign-out", id])), json!({"sessions": 0, "told": 0}));
    assert_eq!(json(&run(&["users", "consents", id, "--json"])), json!([]));
    assert!(text(&run(&["users", "consents", id]).stdout).contains("allowed nothing"));
    for unknown in [
        &["users", "consents", "sms|x"][..],
        &["users", "sign-out", "sms|x"],
        &["users", "revoke-consent", "x"],
    ] {
        let refused = run(unknown);
        assert_eq!(refused.status.code(), Some(1), "{unknown:?}");
    }
}

#[test]
fn dev_json_says_everything_and_is_its_owners_alone() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path(), &[]);
    for name in ["base_url", "http_url", "issuer", "ca_file", "inbox_url", "management_audience"] {
        assert!(dev.facts[name].is_string(), "{name}");
    }
    for role in ["native", "spa", "web", "m2m"] {
        assert_eq!(dev.facts["clients"][role]["client_id"], format!("demo-{role}"));
    }
    let mode = folder.path().join("dev/dev.json").metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_seed_repeats_ids_codes_keys_and_secrets() {
    let runs: Vec<[String; 3]> = (0..2)
        .map(|_| {
            let folder = tempfile::tempdir().unwrap();
            let dev = Dev::start(folder.path(), &["--seed", "7"]);
            let secret = dev.facts["clients"]["web"]["client_secret"].as_str().unwrap().to_owned();
            let (_, keys) = request(dev.port(), "GET", "/.well-known/jwks.json", "").unwrap();
            [secret, keys, dev.code()]
        })
        .collect();
    assert_eq!(runs[0], runs[1]);
}

#[test]
fn commands_find_the_development_server_of_their_folder() {
    let folder = tempfile::tempdir().unwrap();
    let _dev = Dev::start_in(folder.path(), ".latchkey", &[]);
    let listed = latchkey(folder.path(), &["clients", "list"]);
    assert!(text(&listed.stdout).contains("demo-spa"), "{}", text(&listed.stderr));
    assert!(text(&listed.stderr).contains("latchkey dev"), "{}", text(&listed.stderr));
    assert!(!folder.path().join("latchkey-data").exists());
}

///
#[test]
fn a_second_process_on_one_sqlite_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let _dev = Dev::start(folder.path(), &[]);
    let again = latchkey(folder.path(), &["dev", "--port", "0", "--tls-port", "0", "--dir", "dev"]);
    assert_eq!(again.status.code(), Some(1));
    assert!(text(&again.stderr).contains("another Latchkey runs in"), "{}", text(&again.stderr));
    std::fs::write(folder.path().join("latchkey.toml"), "[store]\nurl = \"sqlite:dev/latchkey.db\"\n")
        .unwrap();
    let migrate = latchkey(folder.path(), &["migrate"]);
    assert_eq!(migrate.status.code(), Some(1));
    assert!(text(&migrate.stderr).contains("in use by another Latchkey"), "{}", text(&migrate.stderr));
    // Commands go by its socket; without one, the store is as locked to them as to others.
    assert!(latchkey(folder.path(), &["clients", "list"]).status.success());
    std::fs::remove_file(folder.path().join("dev/latchkey.sock")).unwrap();
    let refused = latchkey(folder.path(), &["clients", "list"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("in use by another Latchkey"), "{}", text(&refused.stderr));
}

#[test]
fn a_reset_leaves_the_folder_of_a_running_server_alone() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path(), &[]);
    let code = dev.code();
    let again =
        latchkey(folder.path(), &["dev", "--reset", "--port", "0", "--tls-port", "0", "--dir", "dev"]);
    assert_eq!(again.status.code(), Some(1));
    assert!(folder.path().join("dev/dev.json").exists(), "its facts are there");
    let body = json!({
        "grant_type": OTP_GRANT, "client_id": "demo-native", "username": "+14155550100", "otp": code,
        "realm": "sms",
    });
    assert_eq!(post(dev.port(), "/oauth/token", &body).unwrap().0, 200);
}

///
#[test]
fn an_unknown_key_is_refused_with_its_place_before_anything_starts() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("latchkey.toml"),
        "[server]\nlisten = \"127.0.0.1:1\"\n[store]\nurll = \"x\"\n",
    )
    .unwrap();
    let refused = latchkey(folder.path(), &["serve", "--config", "latchkey.toml"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        text(&refused.stderr).contains("latchkey.toml:4: [store] unknown field `urll`"),
        "{}",
        text(&refused.stderr)
    );
    assert!(!folder.path().join("latchkey-data").exists());
}

/// R-035, S-172
#[test]
fn another_master_key_is_refused_and_nothing_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    assert!(latchkey(folder.path(), &["keys", "list"]).status.success());
    let key = folder.path().join("latchkey-data/master.key");
    let right = std::fs::read(&key).unwrap();
    std::fs::write(&key, "00".repeat(32)).unwrap();
    let refused = latchkey(folder.path(), &["keys", "list"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("the master key is not the one"), "{}", text(&refused.stderr));
    std::fs::write(&key, right).unwrap();
    assert!(latchkey(folder.path(), &["keys", "list"]).status.success());
}

fn json_of(folder: &Path, arguments: &[&str]) -> Value {
    let output = latchkey(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{arguments:?}: {}", text(&output.stdout)))
}

#[test]
fn clients_connections_and_users_can_be_run_from_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let made = json_of(here, &["clients", "create", "web", "--type", "regular-web", "--name", "Web"]);
    let secret = made["client_secret"].as_str().unwrap().to_owned();
    assert_eq!(secret.len(), 64);
    assert!(!json_of(here, &["clients", "show", "web"]).to_string().contains(&secret));
    json_of(here, &["clients", "update", "web", "--alg", "es256", "--callback", "https://a.example/cb"]);
    assert_eq!(json_of(here, &["clients", "list", "--json"])[0]["jwt_configuration"]["alg"], "ES256");
    std::fs::write(here.join("token"), "hush-hush\n").unwrap();
    let sms = [
        "connections",
        "create",
        "sms",
        "--strategy",
        "sms",
        "--option",
        "twilio_sid=AC0123456789abcdef0123456789abcdef",
        "--secret-file",
        "twilio_token=token",
        "--option",
        "from=+15005550006",
        "--client",
        "web",
    ];
    let made = json_of(here, &sms);
    assert_eq!(
        (&made["options"]["from"], &made["secrets"]),
        (&json!("+15005550006"), &json!(["/twilio_token"]))
    );
    assert!(!made.to_string().contains("hush"));
    let bad = latchkey(
        here,
        &["connections", "update", "sms", "--option", "syntax=liquid", "--option", "template={{ code"],
    );
    assert_eq!(bad.status.code(), Some(1), "{}", text(&bad.stdout));
    let user = json_of(here, &["users", "create", "--connection", "sms", "--phone-number", "+14155550100"]);
    let id = user["user_id"].as_str().unwrap();
    assert_eq!(json_of(here, &["users", "block", id])["blocked"], true);
    assert_eq!(json_of(here, &["users", "unblock", id])["blocked"], false);
    json_of(here, &["users", "delete", id]);
    let log = json_of(here, &["logs", "list", "--json"]);
    assert!(log.as_array().unwrap().iter().any(|event| event["details"]["act"] == "delete user"));
    assert_eq!(latchkey(here, &["clients", "frobnicate"]).status.code(), Some(2));
}

#[test]
fn keys_rotate_and_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    let before = json_of(folder.path(), &["keys", "list", "--json"]);
    let kid = json_of(folder.path(), &["keys", "rotate", "--json"])["kid"].as_str().unwrap().to_owned();
    let after = json_of(folder.path(), &["keys", "list", "--json"]);
    assert_eq!(after.as_array().unwrap().len(), before.as_array().unwrap().len() + 1);
    let current = after.as_array().unwrap().iter().find(|key| key["state"] == "current").unwrap();
    assert_eq!(current["kid"], kid.as_str());
}

///
#[test]
fn a_server_that_is_told_to_stop_finishes_what_it_began() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let config = format!("[server]\nlisten = \"127.0.0.1:{port}\"\n[inbox]\nenabled = true\n");
    std::fs::write(folder.path().join("latchkey.toml"), config).unwrap();
    let mut server = Running::serve(folder.path(), port);
    let waiting = std::thread::spawn(move || request(port, "GET", "/dev/inbox/messages?wait=2", ""));
    std::thread::sleep(Duration::from_millis(300));
    server.signal("TERM");
    assert_eq!(waiting.join().unwrap().unwrap().0, 200);
    assert!(server.child.wait().unwrap().success());
}

#[test]
fn a_new_configuration_is_complete_and_never_overwrites() {
    let folder = tempfile::tempdir().unwrap();
    assert!(latchkey(folder.path(), &["init"]).status.success());
    assert_eq!(latchkey(folder.path(), &["init"]).status.code(), Some(1));
    let check = json_of(folder.path(), &["check", "--json"]);
    assert!(check.as_array().unwrap().iter().all(|finding| finding["ok"] == true), "{check}");
}
