use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use data_encoding::BASE64;
use serde_json::{Value, json};

use super::*;

/// RFC 8463 appendix A.3: the mail, and what comes before it.
const MAIL: &str = "From: Joe SixPack <joe@football.example.com>\r\n\
To: Suzie Q <suzie@shopping.example.net>\r\n\
Subject: Is dinner ready?\r\n\
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n\
Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n\
\r\n\
Hi.\r\n\
\r\n\
We lost the game.  Are you hungry yet?\r\n\
\r\n\
Joe.\r\n";
const UNSIGNED: &str = "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n \
d=football.example.com; i=@football.example.com;\r\n \
q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n \
subject : date : message-id : from : subject : date;\r\n \
bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n \
b=";
const NAMES: [&str; 8] = ["from", "to", "subject", "date", "message-id", "from", "subject", "date"];
const SEED: &str = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
const SIGNATURE: &str =
    "/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11BusFa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==";

#[test]
fn the_example_of_rfc_8463_is_signed_as_it_stands_there() {
    let (head, body) = split(MAIL.as_bytes()).unwrap();
    let hash = BASE64.encode(digest::digest(&digest::SHA256, &relaxed_body(body)).as_ref());
    assert_eq!(hash, "2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=");
    let seed = BASE64.decode(SEED.as_bytes()).unwrap();
    let key = Key::Ed25519(Ed25519KeyPair::from_seed_unchecked(&seed).unwrap());
    let input = signing_input(&headers(head), &NAMES, UNSIGNED);
    assert_eq!(BASE64.encode(&key.sign(&input).unwrap()), SIGNATURE);
}

/// RFC 6376 section 3.4.5.
#[test]
fn bodies_and_headers_are_relaxed_as_rfc_6376_shows() {
    assert_eq!(relaxed_body(b" C \r\nD \t E\r\n\r\n\r\n"), b" C\r\nD E\r\n");
    assert_eq!(relaxed_body(b""), b"");
    assert_eq!(relaxed_body(b"\r\n\r\n"), b"");
    assert_eq!(relaxed_body(b"no end"), b"no end\r\n");
    let headers = headers("A: X\r\nB : Y\t\r\n\tZ  \r\n");
    let names: Vec<_> = headers.iter().map(|(name, value)| format!("{name}:{}", relaxed(value))).collect();
    assert_eq!(names, ["a:X", "b:Y Z"]);
}

fn options(key: &str) -> Value {
    json!({ "domain": "acme.example", "selector": "codes", "private_key": key })
}

fn build(options: &Value) -> Result<Dkim, BadOption> {
    Dkim::build(&Options::new(options.as_object().unwrap(), "dkim."))
}

/// The tags of the signature.
fn tags(signed: &str) -> Vec<(String, String)> {
    let (name, value) = headers(signed).into_iter().next().unwrap();
    assert_eq!(name, "dkim-signature");
    let tag = |tag: &str| tag.split_once('=').map(|(tag, value)| (tag.trim().into(), value.trim().into()));
    value.split(';').filter_map(tag).collect()
}

/// S-142
#[test]
fn a_signature_verifies_with_the_public_half_of_an_rsa_key() {
    let pair = RsaKeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
    let der = aws_lc_rs::encoding::AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(&pair).unwrap();
    let pem =
        format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", BASE64.encode(der.as_ref()));
    let signed = build(&options(&pem)).unwrap().sign(MAIL.as_bytes(), Timestamp(1_795_547_045)).unwrap();
    let signed = String::from_utf8(signed).unwrap();
    assert!(signed.ends_with(MAIL));
    assert!(signed.lines().all(|line| line.len() <= 78), "{signed}");

    let tags = tags(&signed);
    let tag = |name: &str| tags.iter().find(|(known, _)| known == name).unwrap().1.replace("\r\n ", "");
    assert_eq!((tag("v"), tag("a"), tag("c")), ("1".into(), "rsa-sha256".into(), "relaxed/relaxed".into()));
    assert_eq!((tag("d"), tag("s"), tag("t")), ("acme.example".into(), "codes".into(), "1795547045".into()));
    assert_eq!(tag("h"), "from:from:to:to:subject:subject:date:date:message-id");
    let (unsigned, _) = signed.split_once("\r\n b=").unwrap();
    let unsigned = format!("{unsigned}\r\n b=");
    let h = tag("h");
    let names: Vec<&str> = h.split(':').collect();
    let (head, _) = split(MAIL.as_bytes()).unwrap();
    let input = signing_input(&headers(head), &names, &unsigned);
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pair.public_key());
    key.verify(&input, &BASE64.decode(tag("b").as_bytes()).unwrap()).unwrap();
}

#[test]
fn keys_of_both_kinds_are_read_as_openssl_writes_them() {
    let ed25519 = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n";
    assert_eq!(build(&options(ed25519)).unwrap().key.algorithm(), "ed25519-sha256");
}

#[test]
fn options_that_make_no_signer_are_named_and_not_quoted() {
    let good = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n";
    let with = |option: &str, value: Value| {
        let mut options = options(good);
        options[option] = value;
        options
    };
    let public = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n";
    for (options, option) in [
        (with("domain", Value::Null), "dkim.domain"),
        (with("domain", json!("acme example")), "dkim.domain"),
        (with("domain", json!("acme.example; t=y")), "dkim.domain"),
        (with("selector", json!("a:b")), "dkim.selector"),
        (with("selector", json!("a..b")), "dkim.selector"),
        (with("private_key", Value::Null), "dkim.private_key"),
        (with("private_key", json!("canary")), "dkim.private_key"),
        (with("private_key", json!(public)), "dkim.private_key"),
    ] {
        let bad = build(&options).err().unwrap();
        assert_eq!(bad.option, option, "{options}");
        assert!(!bad.to_string().contains("canary"), "{bad}");
    }
}
