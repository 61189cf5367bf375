//! The sockets that the service listens on.

use std::{
    io,
    net::{SocketAddr, TcpListener},
};

use socket2::{Domain, Protocol, Socket, Type};

use super::config::Config;

/// Opens a listener on the address that a variable names.
///
/// A connection whose peer leaves what is sent to it unread, or is gone without a word, is closed by the system after
/// `SEND_TIMEOUT_MS`: the listener's time limit for it holds for all that it accepts.
pub fn open(config: &Config, variable: &str, address: SocketAddr) -> io::Result<TcpListener> {
    listen(config, address)
        .map_err(|fault| io::Error::new(fault.kind(), format!("{variable}={address}: {fault}")))
}

fn listen(config: &Config, address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    // So that a restart need not wait for connections of the process before.
    socket.set_reuse_address(true)?;
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(config.limits.send_timeout))?;
    socket.bind(&address.into())?;
    socket.listen(config.limits.listen_backlog.into())?;
    Ok(socket.into())
}
