//! From where a request comes, when there are proxies in between.

use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    str::FromStr,
};

use actix_web::http::header::{HeaderMap, HeaderName};
use ipnet::{IpNet, Ipv4Net};

/// Each proxy writes from whom it got the request behind what was there before.
///
/// RFC 7239's `Forwarded` is not read: a proxy that writes the one passes the other on as a caller sent it.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// How many bits stand before an address of IPv4 in IPv6. Source: RFC 4291 §2.5.5.2.
const MAPPED_BITS: u8 = 96;

/// The proxies that are believed.
#[derive(Clone, Debug, Default)]
pub struct Proxies(Vec<IpNet>);

/// A caller by its address. One of IPv6 counts with all of its /64, which is what a single customer is given.
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq)]
pub struct Address(IpAddr);

impl FromStr for Proxies {
    type Err = String;

    fn from_str(list: &str) -> Result<Self, String> {
        let names = list
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty());
        let networks = names.map(|name| {
            let single = name.parse().map(|address: IpAddr| IpNet::from(address));
            let network = single.or_else(|_| name.parse()).map(canonical);
            network.map_err(|_| format!("{name} is neither an address nor a network in CIDR form"))
        });
        networks.collect::<Result<_, _>>().map(Self)
    }
}

impl Proxies {
    /// From where a request comes: the peer, unless it is a proxy that is believed; then whom that names, and so on
    /// from the right. What stands further left was written by the caller, who could write anything.
    pub fn address_of(&self, peer: IpAddr, headers: &HeaderMap) -> Address {
        let mut found = peer.to_canonical();
        if self.believes(found) {
            let lines: Vec<_> = headers.get_all(FORWARDED_FOR).collect();
            let lines = lines.iter().rev().map(|line| line.as_bytes());
            for hop in lines.flat_map(|line| line.rsplit(|byte| *byte == b',')) {
                let Some(address) = read(hop) else {
                    break;
                };
                found = address;
                if !self.believes(found) {
                    break;
                }
            }
        }
        Address::of(found)
    }

    fn believes(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

impl Address {
    fn of(address: IpAddr) -> Self {
        Self(match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(address) => {
                let network = address.to_bits() & !u128::from(u64::MAX);
                Ipv6Addr::from_bits(network).into()
            }
        })
    }
}

/// A network of IPv4 that is written in IPv6, as what it is: addresses are compared so.
fn canonical(network: IpNet) -> IpNet {
    let IpNet::V6(wide) = network else {
        return network;
    };
    let length = wide.prefix_len().checked_sub(MAPPED_BITS);
    let mapped = wide.addr().to_ipv4_mapped().zip(length);
    let mapped = mapped.and_then(|(address, length)| Ipv4Net::new(address, length).ok());
    mapped.map_or(network, IpNet::from)
}

/// An address as proxies write it, some with its port.
fn read(hop: &[u8]) -> Option<IpAddr> {
    let hop = str::from_utf8(hop).ok()?.trim();
    let bare = hop
        .strip_prefix('[')
        .and_then(|hop| hop.strip_suffix(']'))
        .unwrap_or(hop);
    let address = bare.parse().ok().or_else(|| {
        let with_port: SocketAddr = hop.parse().ok()?;
        Some(with_port.ip())
    });
    address.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn address_of(proxies: &str, peer: &str, forwarded: &[&'static str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append(
                FORWARDED_FOR,
                HeaderValue::from_bytes(line.as_bytes()).unwrap(),
            );
        }
        let proxies: Proxies = proxies.parse().unwrap();
        let Address(address) = proxies.address_of(peer.parse().unwrap(), &headers);
        address.to_string()
    }

    #[test]
    fn only_proxies_that_are_trusted_are_believed() {
        let lie = ["198.51.100.7"];
        assert_eq!(address_of("", "192.0.2.1", &lie), "192.0.2.1");
        assert_eq!(address_of("10.0.0.0/8", "192.0.2.1", &lie), "192.0.2.1");
        assert_eq!(address_of("10.0.0.0/8", "10.1.2.3", &lie), "198.51.100.7");
        for proxies in ["10.0.0.1", "::ffff:10.0.0.1", "::ffff:10.0.0.0/104"] {
            assert_eq!(address_of(proxies, "::ffff:10.0.0.1", &lie), "198.51.100.7");
            assert_eq!(address_of(proxies, "10.0.0.1", &lie), "198.51.100.7");
            assert_eq!(address_of(proxies, "192.0.2.1", &lie), "192.0.2.1");
        }
    }

    #[test]
    fn what_the_caller_wrote_itself_is_passed_over() {
        let chain = ["203.0.113.66, 198.51.100.7", "10.0.0.2"];
        assert_eq!(address_of("10.0.0.0/8", "10.0.0.1", &chain), "198.51.100.7");
        let rubbish = ["203.0.113.66, unknown, 10.0.0.2"];
        assert_eq!(address_of("10.0.0.0/8", "10.0.0.1", &rubbish), "10.0.0.2");
        assert_eq!(address_of("10.0.0.0/8", "10.0.0.1", &[]), "10.0.0.1");
        let apart = ["203.0.113.66", "caf\u{e9}, 198.51.100.7"];
        assert_eq!(address_of("10.0.0.0/8", "10.0.0.1", &apart), "198.51.100.7");
        let unreadable = ["203.0.113.66", "caf\u{e9}"];
        assert_eq!(
            address_of("10.0.0.0/8", "10.0.0.1", &unreadable),
            "10.0.0.1"
        );
    }

    #[test]
    fn ports_are_passed_over_and_ipv6_counts_by_its_network() {
        let with_port = ["198.51.100.7:4711"];
        assert_eq!(address_of("::1", "::1", &with_port), "198.51.100.7");
        for hop in ["2001:db8:1:2:3:4:5:6", "[2001:db8:1:2:7:8:9:a]:4711"] {
            assert_eq!(address_of("::1", "::1", &[hop]), "2001:db8:1:2::");
        }
    }
}
