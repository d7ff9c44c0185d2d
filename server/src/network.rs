//! Owns whose address a request counts for: the peer's, unless the peer is a proxy that the operator trusts.

use axum::http::HeaderMap;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

/// A range of addresses, written `10.0.0.0/8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    base: u128,
    mask: u128,
}

/// Text that is not a range of addresses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a range of addresses such as 10.0.0.0/8 or fd00::/8")]
pub struct ParseNetworkError;

impl FromStr for Network {
    type Err = ParseNetworkError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (address, length) = text.split_once('/').map_or((text, None), |(a, l)| (a, Some(l)));
        let address: IpAddr = address.parse().map_err(|_| ParseNetworkError)?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let length: u32 = length.map_or(Ok(width), str::parse).map_err(|_| ParseNetworkError)?;
        let free = width.checked_sub(length).ok_or(ParseNetworkError)?;
        let mask = u128::MAX.checked_shl(free).unwrap_or(0);
        Ok(Self { base: number(address) & mask, mask })
    }
}

impl Network {
    /// Whether the address is in the range.
    pub fn contains(&self, address: IpAddr) -> bool {
        number(address) & self.mask == self.base
    }
}

/// IPv4 addresses as the IPv6 ones that map to them, so that `::ffff:10.0.0.1` is no way around a range.
fn number(address: IpAddr) -> u128 {
    let mapped = match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped(),
        IpAddr::V6(v6) => v6,
    };
    mapped.to_bits()
}

/// The address that a request counts for.
///
/// `forwarded` are the values of `X-Forwarded-For` in order. Only what a trusted proxy appended counts: from the
/// right, up to the first address that is not a trusted proxy. What stands left of it, anybody can write.
pub fn client_address<'h>(
    peer: IpAddr,
    forwarded: impl DoubleEndedIterator<Item = &'h str>,
    trusted: &[Network],
) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut address = peer;
    for hop in forwarded.flat_map(|value| value.split(',')).rev() {
        if !is_trusted(address) {
            break;
        }
        let Ok(before) = hop.trim().parse() else { break };
        address = before;
    }
    address
}

/// What the attempts of whoever sent this are counted by.
pub fn client_bucket(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> String {
    let forwarded = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    attempt_bucket(client_address(peer, forwarded.collect::<Vec<_>>().into_iter(), trusted))
}

/// An IPv4 address, or the /64 that one IPv6 customer has.
pub fn attempt_bucket(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => format!("{}/64", Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let trusted: Vec<Network> = trusted.iter().map(|t| t.parse().unwrap()).collect();
        client_address(peer.parse().unwrap(), forwarded.iter().copied(), &trusted).to_string()
    }

    #[test]
    fn a_forged_header_changes_nothing_when_no_proxy_is_trusted() {
        assert_eq!(address("203.0.113.9", &["1.2.3.4"], &[]), "203.0.113.9");
        assert_eq!(address("203.0.113.9", &["1.2.3.4"], &["10.0.0.0/8"]), "203.0.113.9");
    }

    #[test]
    fn only_what_the_trusted_proxy_appended_counts() {
        assert_eq!(address("10.0.0.1", &["6.6.6.6, 203.0.113.9"], &["10.0.0.0/8"]), "203.0.113.9");
        assert_eq!(
            address("10.0.0.1", &["6.6.6.6", "203.0.113.9, 10.9.9.9"], &["10.0.0.0/8"]),
            "203.0.113.9"
        );
        assert_eq!(address("::ffff:10.0.0.1", &["203.0.113.9"], &["10.0.0.0/8"]), "203.0.113.9");
        assert_eq!(address("fd00::1", &["2001:db8::7"], &["fd00::/8"]), "2001:db8::7");
    }

    #[test]
    fn nonsense_in_the_header_counts_for_the_proxy_that_let_it_through() {
        for nonsense in ["", "unknown", "fe80::1%eth0", "1.2.3.4:80", "a,b,c"] {
            assert_eq!(address("10.0.0.1", &[nonsense], &["10.0.0.0/8"]), "10.0.0.1", "{nonsense}");
        }
        let thousand = ["10.0.0.2"; 1000].join(",");
        assert_eq!(address("10.0.0.1", &[&thousand], &["10.0.0.0/8"]), "10.0.0.2");
    }

    #[test]
    fn a_range_is_read_in_its_usual_form_only() {
        let contains = |range: &str, address: &str| {
            range.parse::<Network>().map(|network| network.contains(address.parse().unwrap()))
        };
        assert_eq!(contains("192.168.1.7", "192.168.1.7"), Ok(true));
        assert_eq!(contains("192.168.1.7", "192.168.1.8"), Ok(false));
        assert_eq!(contains("192.168.1.7/24", "192.168.1.200"), Ok(true));
        assert_eq!(contains("0.0.0.0/0", "203.0.113.9"), Ok(true));
        assert_eq!(contains("0.0.0.0/0", "2001:db8::1"), Ok(false));
        assert_eq!(contains("::/0", "203.0.113.9"), Ok(true));
        for wrong in ["", "10.0.0.0/33", "::/129", "10.0.0.0/-1", "10.0.0.0/", "x/8", "10.0.0/8"] {
            assert_eq!(contains(wrong, "10.0.0.1"), Err(ParseNetworkError), "{wrong}");
        }
    }

    #[test]
    fn one_ipv6_customer_is_one_bucket() {
        let bucket = |text: &str| attempt_bucket(text.parse().unwrap());
        assert_eq!(bucket("2001:db8:0:1::a"), bucket("2001:db8:0:1:ffff::b"));
        assert_ne!(bucket("2001:db8:0:1::a"), bucket("2001:db8:0:2::a"));
        assert_eq!(bucket("::ffff:203.0.113.9"), "203.0.113.9");
    }
}
