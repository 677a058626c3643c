"""Which network addresses a fetch may reach: the public internet, and what the user exempts.

Input: a host name with the addresses it resolved to, and the port. Output: nothing, or a
FetchError that names the reason. `ipaddress.is_global` is not asked because it lets NAT64, 6to4,
`fec0::/10` and multicast through, each of which can carry a packet back into the own network.

    guard = AddressGuard(allow=("10.0.0.0/8", "intranet.example"))
    guard.check("intranet.example", 8080, ["192.168.1.9"])   # passes: the host is exempt
    guard.check("evil.example", 80, ["127.0.0.1"])           # FetchError: loopback
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from kawaraban.errors import FetchError, UsageError
from kawaraban.sources.url import DEFAULT_PORTS

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_REFUSED: tuple[tuple[str, str], ...] = (
    ("0.0.0.0/8", "unspecified"),
    ("10.0.0.0/8", "private"),
    ("100.64.0.0/10", "carrier-grade NAT"),
    ("127.0.0.0/8", "loopback"),
    ("169.254.0.0/16", "link-local"),
    ("172.16.0.0/12", "private"),
    ("192.0.0.0/24", "reserved"),
    ("192.0.2.0/24", "documentation"),
    ("192.88.99.0/24", "6to4 relay"),
    ("192.168.0.0/16", "private"),
    ("198.18.0.0/15", "benchmarking"),
    ("198.51.100.0/24", "documentation"),
    ("203.0.113.0/24", "documentation"),
    ("224.0.0.0/4", "multicast"),
    ("240.0.0.0/4", "reserved"),
    ("::/128", "unspecified"),
    ("::1/128", "loopback"),
    ("::ffff:0:0/96", "IPv4-mapped"),
    ("::ffff:0:0:0/96", "IPv4-translated"),
    ("::/96", "IPv4-compatible"),
    ("64:ff9b::/96", "NAT64"),
    ("64:ff9b:1::/48", "NAT64"),
    ("2001::/32", "Teredo"),
    ("2001:db8::/32", "documentation"),
    ("2001::/23", "reserved"),
    ("2002::/16", "6to4"),
    ("3fff::/20", "documentation"),
    ("fc00::/7", "unique local"),
    ("fe80::/10", "link-local"),
    ("fec0::/10", "site-local"),
    ("ff00::/8", "multicast"),
)
_GLOBAL_UNICAST = "2000::/3"
_NUMBER_LABEL = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)$", re.IGNORECASE)


class AddressGuard:
    """Decides for a host and its resolved addresses. `allow` holds host names or networks."""

    def __init__(self, allow: Sequence[str] = ()) -> None:
        self._refused = [(ip_network(network), reason) for network, reason in _REFUSED]
        self._global = ip_network(_GLOBAL_UNICAST)
        self._networks: list[Network] = []
        self._hosts: set[str] = set()
        for entry in allow:
            self._admit(entry.strip().lower())

    def _admit(self, entry: str) -> None:
        try:
            self._networks.append(ip_network(entry.strip("[]")))
        except ValueError:
            if "/" in entry or ":" in entry or not entry:
                raise UsageError(
                    f"fetch_allow entry {entry!r}: expected a host name, an address or a network "
                    "such as 10.0.0.0/8; correct the entry"
                ) from None
            self._hosts.add(entry.rstrip("."))

    def check(self, host: str, port: int, addresses: Sequence[str]) -> None:
        """Raise FetchError unless every one of the addresses may be reached at this port."""
        refuse_number_tricks(host)
        if not addresses:
            raise FetchError(f"{host}: no address found; check the spelling and the network")
        if host.lower().rstrip(".") in self._hosts:
            return
        for text in addresses:
            self._check_one(host, port, text)

    def _check_one(self, host: str, port: int, text: str) -> None:
        try:
            address = ip_address(text)
        except ValueError:
            raise FetchError(f"{host}: {text!r} is not an IP address; refused") from None
        if any(address in network for network in self._networks):
            return
        if reason := self.refusal(address):
            raise FetchError(
                f"{host}: refused, because {text} is {reason}; expected a public address "
                "(exempt it with the setting fetch_allow if this is meant)"
            )
        if port not in DEFAULT_PORTS.values():
            raise FetchError(
                f"{host}: refused port {port}; expected 80 or 443 "
                "(exempt the host with the setting fetch_allow if this is meant)"
            )

    def refusal(self, address: Address) -> str | None:
        """Why an address is refused ("loopback"), or None for a public one."""
        if isinstance(address, IPv6Address) and address.scope_id is not None:
            return "scoped"
        for network, reason in self._refused:
            if address in network:
                return reason
        if isinstance(address, IPv6Address) and address not in self._global:
            return "reserved"
        return None


def refuse_number_tricks(host: str) -> None:
    """Refuse numbers that a resolver reads as an address: `127.1`, `0x7f000001`, `0177.0.0.1`."""
    if not _NUMBER_LABEL.match(host.rstrip(".").rpartition(".")[2]):
        return
    try:
        IPv4Address(host)
    except ValueError:
        raise FetchError(
            f"{host}: refused, a number that is not an address in dotted decimal; "
            "write the host name or all four numbers"
        ) from None
