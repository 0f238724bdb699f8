//! Which ways of the network are open to pods.

use crate::diag::code::Code;
use crate::verify::cx::{Cx, finding};
use crate::yaml_read::Node;
use crate::yaml_read::look::Look;

pub(super) fn check(root: &Node, cx: &mut Cx<'_>) {
    let Some(spec) = root.get("spec") else { return };
    for node in spec.list("policyTypes") {
        if let Some(text) = node.text().filter(|text| !matches!(*text, "Ingress" | "Egress")) {
            let help = "write `Egress`, the ways out, or `Ingress`, the ways in";
            cx.push(finding(Code::P0681, node.span, format!("`{text}` is no type of a policy"), "refused", help));
        }
    }
    let peers = spec.list("egress").iter().flat_map(|rule| rule.list("to"));
    let peers = peers.chain(spec.list("ingress").iter().flat_map(|rule| rule.list("from")));
    for node in peers.filter_map(|peer| peer.get("ipBlock")).filter_map(|block| block.get("cidr")) {
        if let Some(text) = node.text().filter(|text| !is_range(text)) {
            let help = "write an address and how many of its bits count: `10.0.0.0/8`";
            cx.push(finding(Code::P0681, node.span, format!("`{text}` is no range of addresses"), "refused", help));
        }
    }
}

/// `10.0.0.0/8` or `fd00::/8`.
pub(super) fn is_range(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else { return false };
    let most = match address.parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V4(_)) => 32,
        Ok(std::net::IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    bits.parse::<u8>().is_ok_and(|bits| bits <= most) && !bits.starts_with('+')
}
