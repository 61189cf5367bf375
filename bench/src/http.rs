//! A client for one request at a time, enough for answers with a length.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use serde_json::Value;

use crate::Result;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// An answer, as it came.
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Names in lower case, with their values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> Result<Value> {
        Ok(serde_json::from_slice(&self.body)?)
    }
}

/// A connection that is kept.
pub struct Client {
    stream: BufReader<TcpStream>,
    headers: String,
}

impl Client {
    /// Connects. `headers` go with each request, each line with its end.
    pub fn connect(address: SocketAddr, host: &str, headers: &str) -> Result<Self> {
        let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::new(stream),
            headers: format!("Host: {host}\r\n{headers}"),
        })
    }

    /// Asks for a path.
    pub fn get(&mut self, path: &str) -> Result<Answer> {
        self.exchange(&format!("GET {path} HTTP/1.1\r\n{}\r\n", self.headers))
    }

    /// Sends JSON to a path.
    pub fn send(&mut self, method: &str, path: &str, body: &str) -> Result<Answer> {
        self.exchange(&format!(
            "{method} {path} HTTP/1.1\r\n{}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.headers,
            body.len()
        ))
    }

    fn exchange(&mut self, request: &str) -> Result<Answer> {
        self.stream.get_mut().write_all(request.as_bytes())?;
        let first = self.line()?;
        let status = first.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status = status.ok_or_else(|| format!("no HTTP answer: {first:?}"))?;
        let mut headers = Vec::new();
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(':') else {
                break;
            };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let length = headers.iter().find(|(name, _)| name == "content-length");
        let length = length.map_or(Ok(0), |(_, value)| value.parse())?;
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok(Answer {
            status,
            headers,
            body,
        })
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }
}

/// Asks once.
pub fn get(address: SocketAddr, host: &str, path: &str) -> Result<Answer> {
    Client::connect(address, host, "")?.get(path)
}

/// A text as part of a query.
pub fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// An address on the loopback interface that was free a moment ago.
pub fn free_address() -> Result<SocketAddr> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_any_script_can_stand_in_a_query() {
        assert_eq!(encoded("a é&"), "%61%20%C3%A9%26");
    }
}
