//! Connections of the tests' own, for callers who do not behave.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use socket2::{Domain, Socket, Type};

use crate::support::TestApp;

/// A connection to the API with little place for what it does not read.
pub fn connect(app: &TestApp) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket.set_recv_buffer_size(4096).expect("a small buffer");
    socket.connect(&app.api().into()).expect("a listener");
    let stream = TcpStream::from(socket);
    let patience = Some(Duration::from_secs(20));
    stream.set_read_timeout(patience).expect("a time limit");
    stream
}

/// Sends the head of a request.
pub fn send(stream: &mut TcpStream, line: &str, headers: &[&str]) {
    let head = format!(
        "{line} HTTP/1.1\r\nHost: api\r\n{}\r\n\r\n",
        headers.join("\r\n")
    );
    stream.write_all(head.as_bytes()).expect("a request");
}

/// All that comes until the service ends the connection.
pub fn read_to_end(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).expect("an answer");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Whether the system still knows the service's end of a connection.
pub fn is_open(api: SocketAddr, caller: SocketAddr) -> bool {
    let table = std::fs::read_to_string("/proc/self/net/tcp").expect("the connections");
    let [api, caller] = [api, caller].map(|end| format!(":{:04X}", end.port()));
    table.lines().skip(1).any(|line| {
        let mut words = line.split_whitespace().skip(1);
        let ends = (words.next(), words.next());
        matches!(ends, (Some(local), Some(remote)) if local.ends_with(&api) && remote.ends_with(&caller))
    })
}
