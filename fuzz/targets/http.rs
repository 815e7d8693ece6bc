//! HTTP itself: whatever bytes come over the connection, the client's own transport gives an answer or an error, within
//! the limits that it promises.
#![no_main]

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener};
use std::sync::mpsc::{Sender, channel};
use std::sync::{LazyLock, Mutex};

use latchkey_client::{HttpTransport, MAX_ANSWER, Method, Request, Transport, block_on};
use libfuzzer_sys::fuzz_target;

/// As many addresses as keep the system from running out of ports.
const ADDRESSES: usize = 100;

struct Servers {
    urls: Vec<String>,
    tell: Vec<Sender<Vec<u8>>>,
    next: usize,
}

/// Each answers what it was told before, whatever it is asked, and closes.
static SERVERS: LazyLock<Mutex<Servers>> = LazyLock::new(|| {
    let (mut urls, mut tell) = (Vec::new(), Vec::new());
    for n in 1..=ADDRESSES {
        let listener = TcpListener::bind(format!("127.0.1.{n}:0")).expect("a port");
        urls.push(format!("http://{}/", listener.local_addr().expect("an address")));
        let (sender, told) = channel::<Vec<u8>>();
        tell.push(sender);
        std::thread::spawn(move || {
            let mut asked = [0; 2048];
            for answer in told {
                let Ok((mut stream, _)) = listener.accept() else { return };
                let _ = stream.read(&mut asked);
                let _ = stream.write_all(&answer);
                let _ = stream.shutdown(Shutdown::Write);
                // Until the client is done.
                while stream.read(&mut asked).is_ok_and(|length| length > 0) {}
            }
        });
    }
    Mutex::new(Servers { urls, tell, next: 0 })
});

static TRANSPORT: LazyLock<HttpTransport> = LazyLock::new(HttpTransport::new);

fuzz_target!(|data: &[u8]| {
    let mut servers = SERVERS.lock().expect("no target panicked");
    let at = servers.next;
    servers.next = (at + 1) % ADDRESSES;
    servers.tell[at].send(data.to_vec()).expect("the server is there");
    let headers = vec![(String::from("connection"), String::from("close"))];
    let request = Request { method: Method::Get, url: servers.urls[at].clone(), headers, body: None };
    if let Ok(answer) = block_on(TRANSPORT.send(request)) {
        assert!(answer.body.len() <= MAX_ANSWER);
        let _ = (answer.header("retry-after").map(str::len), answer.is_success());
    }
});
