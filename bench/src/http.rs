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
    /// The value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let known = self.headers.iter().find(|(known, _)| known == name);
        known.map(|(_, value)| value.as_str())
    }

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
        self.ask(path)
    }

    /// Asks for the path of a line, with the header line that may stand behind a tab.
    pub fn ask(&mut self, line: &str) -> Result<Answer> {
        let (path, own) = line.split_once('\t').unwrap_or((line, ""));
        let end = if own.is_empty() { "" } else { "\r\n" };
        self.exchange(&format!(
            "GET {path} HTTP/1.1\r\n{}{own}{end}\r\n",
            self.headers
        ))
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
        let mut answer = Answer {
            status,
            headers,
            body: Vec::new(),
        };
        let length = answer
            .header("content-length")
            .map_or(Ok(0), str::parse::<usize>)?;
        answer.body.resize(length, 0);
        self.stream.read_exact(&mut answer.body)?;
        Ok(answer)
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
