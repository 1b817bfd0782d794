"""Who sends a request, as far as its connection tells."""

from collections.abc import Mapping
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Any

_UNKNOWN = "unknown"
_NETWORK_BITS = 64
"""Whoever has one address of IPv6 has all addresses of such a network."""


def address_of(scope: Mapping[str, Any]) -> str:
    """Return the address of the client, as a trusted proxy tells it."""
    client = scope.get("client")
    return str(client[0]) if client else _UNKNOWN


def network_of(address: str) -> str:
    """Return what is counted as one client: an IPv4 address, or a network of IPv6."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if not isinstance(known, IPv6Address):
        return address
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(IPv6Network((int(known), _NETWORK_BITS), strict=False))
