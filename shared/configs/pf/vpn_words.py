"""Words that tunnels are described with: proposals, groups, ways to authenticate, and the fingerprints of removed keys."""

from collections.abc import Iterable

from shared.configs import values
from shared.configs.pf.listed import pairs
from shared.configs.secret_nets import REMOVED
from shared.configs.xml_tree import Element
from shared.firewall import ANY

# IANA, Transform Type 4 of IKEv2, as strongSwan calls them
_GROUPS = pairs(
    "1=modp768 2=modp1024 5=modp1536 14=modp2048 15=modp3072 16=modp4096 17=modp6144 18=modp8192 19=ecp256 20=ecp384 21=ecp521",
    "22=modp1024s160 23=modp2048s224 24=modp2048s256 25=ecp192 26=ecp224 28=ecp256bp 29=ecp384bp 30=ecp512bp 31=curve25519 32=curve448",
)
_WITH_USER = ("certificate", "user")
AUTHENTICATION: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("pre_shared_key", "psk"), ("psk",)),
    **dict.fromkeys(("rsasig", "cert", "eap-tls", "pkcs11"), ("certificate",)),
    **dict.fromkeys(("rsasig_pubkey", "pubkey"), ("key",)),
    **dict.fromkeys(("eap-mschapv2", "eap-radius", "rsa_eap-mschapv2", "eap-mschapv2+eap-tls"), _WITH_USER),
    **dict.fromkeys(("xauth_rsa_server", "xauth_cert_server", "hybrid_rsa_server", "hybrid_cert_server"), _WITH_USER),
    "xauth_psk_server": ("psk", "user"),
    "psk_eap-tls": ("psk", "certificate"),
    "xauth-pam": ("user",),
}


def group(number: str) -> str:
    return "" if number in ("", "0", "off") else _GROUPS.get(number, f"group {number}")


def cipher(element: Element) -> str:
    """``aes`` with ``256`` -> ``aes256``; ``auto`` leaves the length open."""
    name, length = element.get("name"), element.get("keylen")
    return f"{name}{length}" if length.isdigit() and not name.endswith(length) else name


def proposal(*parts: str) -> str:
    return "-".join(filter(None, parts))


def fingerprints(texts: Iterable[str]) -> tuple[str, ...]:
    """Of the keys that the redactor has taken out."""
    found = (REMOVED.fullmatch(text.strip()) for text in texts if text)
    return tuple(match[1] for match in found if match and match[1])


def networks(text: str) -> tuple[str, ...]:
    """A list of networks; what is none (an alias, a host name) stays as it is written."""
    words = [word for word in text.replace(",", " ").split() if word]
    return tuple(values.network(word) if values.is_network(word) else word for word in words)


def seconds(text: str) -> int | None:
    return int(text) if text.isdigit() else None


def port(text: str) -> int | None:
    return int(text) if text.isdigit() and 0 < int(text) <= 65535 else None


def endpoint(host: str, number: str) -> str:
    """``address:port``; IPv6 in brackets."""
    if not host:
        return ""
    shown = f"[{host}]" if ":" in host and not host.startswith("[") else host
    return f"{shown}:{number}" if number else host


def side(kind: str, address: str, length: str) -> str:
    """One side of what a tunnel carries: ``lan`` is the network behind it, ``network`` and ``address`` are written out."""
    if kind in ("network", "address") and values.is_address(address.partition("/")[0]):
        bare = address.partition("/")[0]
        return values.network(bare, length) if length and kind == "network" else bare
    if kind in ("", "none", "mobile"):
        return address or (ANY if kind == "mobile" else "")
    return address if kind in ("network", "address") else f"net:{kind}"
