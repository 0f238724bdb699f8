//! What pods may reach where an option closes their ways out: names, what runs in their namespace, and what is named.

use super::yaml::{Map, Node};

/// The ways that stay open: to the pods that answer for names, in the namespaces that a selector finds, and to ranges.
pub(super) fn ways(names: Map, ranges: &[String]) -> Vec<Node> {
    let to = |peer: Map| Map::new().with("to", vec![Node::from(peer)]);
    let names = Map::new().with("namespaceSelector", names);
    let own = Map::new().with("podSelector", Map::new());
    let range = |range: &String| to(Map::new().with("ipBlock", Map::new().with("cidr", range.clone()))).into();
    let mut all: Vec<Node> = vec![to(names).with("ports", ports()).into(), to(own).into()];
    all.extend(ranges.iter().map(range));
    all
}

/// Names are asked for at 53, where the pods that answer may listen at 5353.
fn ports() -> Vec<Node> {
    let port = |protocol: &'static str, port: i64| Map::new().with("protocol", protocol).with("port", port).into();
    vec![port("UDP", 53), port("TCP", 53), port("UDP", 5353), port("TCP", 5353)]
}

/// `10.0.0.0/8`: an address, and how many of its bits count.
pub(super) fn is_range(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else { return false };
    let most = match address.parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V4(_)) => 32,
        Ok(std::net::IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    !bits.starts_with('+') && bits.parse::<u8>().is_ok_and(|bits| bits <= most)
}
