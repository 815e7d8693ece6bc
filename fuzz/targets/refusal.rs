//! Answers that say no: two bytes of status, a line for a header, the rest is the body.
#![no_main]

use latchkey_client::{Address, CodeSignIn, Generation, Response, Secret, Start, block_on};
use latchkey_fuzz::{answer, client, keys, swallow_any};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some(([high, low], rest)) = data.split_first_chunk::<2>().map(|(two, rest)| (*two, rest)) else {
        return;
    };
    let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    let header = String::from_utf8_lossy(&rest[..end]).into_owned();
    let (_, body) = rest.split_at(rest.len().min(end + 1));
    let refusal = || -> Response {
        let headers = ["retry-after", "x-ratelimit-reset", "x-auth0-requestid"];
        let headers = headers.map(|name| (name.to_owned(), header.clone())).to_vec();
        Response { headers, ..answer(300 + u16::from_be_bytes([high, low]) % 300, body) }
    };
    let address = Address::phone("+14155550100").expect("it is one");
    let (token, code) =
        (Secret::new("token"), CodeSignIn::new(address.clone(), "123456").expect("it is one"));
    let client = |answers: Vec<Response>| client(Generation::Current, answers);
    let start = block_on(client(vec![refusal()]).start_passwordless(&Start::code(address)));
    assert!(swallow_any(start).is_none(), "no refusal is a success");
    swallow_any(block_on(client(vec![keys(), refusal()]).sign_in_with_code(&code)));
    swallow_any(block_on(client(vec![keys(), refusal()]).refresh(&token, None)));
    swallow_any(block_on(client(vec![refusal()]).user_info(&token)));
});
