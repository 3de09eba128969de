"""The client of a request by the headers of a CDN: its address, and where it is."""

from typing import Any
from urllib.parse import unquote

_COUNTRY = ("cf-ipcountry", "cloudfront-viewer-country", "x-vercel-ip-country", "x-country-code")
_CITY = ("cf-ipcity", "cloudfront-viewer-city", "x-vercel-ip-city")
_CLIENT_IP = ("cf-connecting-ip", "true-client-ip")
_CLIENT_ADDRESS = ("cloudfront-viewer-address",)


def client_ip(peer: Any, headers: dict[str, str]) -> str:
    """The address in the headers, else that of the peer, which may be None."""
    # CloudFront sends address:port, with the colons of IPv6 as they are.
    address = _first(headers, _CLIENT_ADDRESS).rpartition(":")[0].strip("[]")
    return _first(headers, _CLIENT_IP) or address or (peer[0] if peer else "")


def client_country(headers: dict[str, str]) -> str:
    return _first(headers, _COUNTRY)


def client_city(headers: dict[str, str]) -> str:
    value = _first(headers, _CITY)
    try:  # Cloudflare sends UTF-8, which the headers are not decoded as; Vercel percent-encodes
        return unquote(value.encode("latin-1").decode())
    except UnicodeError:
        return value


def _first(headers: dict[str, str], names: tuple[str, ...]) -> str:
    return next((headers[name] for name in names if name in headers), "")
