//! The command as people and scripts use it.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

use crate::dev::Dev;
use crate::support::{BINARY, latchkey, text};

/// `latchkey login` in the folder of the server, with somebody at its keyboard.
fn login(dev: &Dev, arguments: &[&str]) -> Child {
    Command::new(BINARY)
        .arg("login")
        .args(arguments)
        .current_dir(dev.folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn type_line(child: &mut Child, line: &str) {
    writeln!(child.stdin.as_mut().unwrap(), "{line}").unwrap();
}

/// Nothing more is typed.
fn end(child: Child) -> Output {
    child.wait_with_output().unwrap()
}

#[test]
fn somebody_signs_in_to_the_server_of_the_folder_and_stays_signed_in() {
    let dev = Dev::start();
    let mut child = login(&dev, &["--sms", "+1 415 555 0100", "--save", "tokens.json"]);
    let code = dev.code("+14155550100");
    type_line(&mut child, &code);
    let done = end(child);
    let (out, read) = (text(&done.stdout), text(&done.stderr));
    assert_eq!(done.status.code(), Some(0), "{read}");
    assert!(out.starts_with("Signed in as +14155550100 (sms|"), "{out}");
    assert!(read.contains("If +14155550100 can receive messages, a code is on its way."), "{read}");
    let file = dev.folder.path().join("tokens.json");
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let kept: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let secrets =
        [&kept["access_token"], &kept["refresh_token"], &kept["id_token"]].map(|t| t.as_str().unwrap());
    for secret in secrets.into_iter().chain([code.as_str()]) {
        assert!(!out.contains(secret) && !read.contains(secret));
    }
}

#[test]
fn who_names_no_address_is_asked_and_wrong_ones_are_asked_again() {
    let dev = Dev::start();
    let mut child = login(&dev, &["--json"]);
    type_line(&mut child, "415");
    type_line(&mut child, "ana@example.com");
    let code = dev.code("ana@example.com");
    type_line(&mut child, &format!("{} {}", &code[..3], &code[3..]));
    let done = end(child);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    let shown: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(shown["profile"]["email"], "ana@example.com");
    assert!(shown["tokens"]["access_token"].is_string());
    assert!(text(&done.stderr).contains("Enter a phone number with its country code"));
}

#[test]
fn a_wrong_code_may_be_mended_and_what_never_comes_is_a_failure() {
    let dev = Dev::start();
    let mut child = login(&dev, &["--sms", "0151 23456789", "--country", "de"]);
    let code = dev.code("+4915123456789");
    let wrong = if code == "000000" { "111111" } else { "000000" };
    type_line(&mut child, wrong);
    type_line(&mut child, &code);
    assert_eq!(end(child).status.code(), Some(0));
    let mut child = login(&dev, &["--sms", "+14155550101"]);
    dev.code("+14155550101");
    type_line(&mut child, "abc");
    let failed = end(child);
    assert_eq!((failed.status.code(), text(&failed.stdout)), (Some(1), String::new()));
    assert!(text(&failed.stderr).contains("That code is not right"), "{}", text(&failed.stderr));
}

#[test]
fn going_back_gives_another_address_and_a_code_that_is_there_is_taken_without_a_message() {
    let dev = Dev::start();
    let mut child = login(&dev, &["--sms", "+14155550100"]);
    let code = dev.code("+14155550100");
    type_line(&mut child, "c");
    type_line(&mut child, "+14155550102");
    dev.code("+14155550102");
    drop(end(child));
    let mut child = login(&dev, &["--sms", "+14155550100", "--have-code", "--legacy"]);
    type_line(&mut child, &code);
    let done = end(child);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    assert_eq!(dev.code("+14155550100"), code);
}

#[test]
fn usage_is_taught_and_its_mistakes_are_not_failures() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| latchkey(folder.path(), &[&["login"], arguments].concat());
    let help = run(&["--help"]);
    assert!(help.status.success() && text(&help.stdout).contains("Exit codes:"));
    for wrong in [
        &["--sms", "415"][..],
        &["--email", "ana"],
        &["--sms", "+14155550100", "--email", "ana@example.com"],
        &["--domain", "login.example.com"],
        &["--domain", "http://login.example.com", "--client-id", "a"],
        &["--country", "XX"],
        &["--code", "123456"],
    ] {
        let refused = run(wrong);
        assert_eq!(refused.status.code(), Some(2), "{wrong:?}: {}", text(&refused.stderr));
    }
    let alone = run(&[]);
    assert_eq!(alone.status.code(), Some(1));
    assert!(text(&alone.stderr).contains("latchkey dev"), "{}", text(&alone.stderr));
    let nobody = run(&["--domain", "http://127.0.0.1:1", "--client-id", "a", "--sms", "+14155550100"]);
    assert_eq!(nobody.status.code(), Some(1));
    assert!(text(&nobody.stderr).contains("The server does not answer"), "{}", text(&nobody.stderr));
}
