"""What passed by on the agent's own segment of DHCP (RFC 2131, options of RFC 2132): who asks for addresses, and who gives them."""

from typing import Annotated, Literal

from pydantic import Field

from shared.address import Ip, Mac
from shared.model import Frozen
from shared.text import OneLine


class DhcpServerSeen(Frozen):
    """A DHCP server gave or offered an address, or a client took an offer of it and said so."""

    type: Literal["dhcp_server_seen"] = "dhcp_server_seen"
    server: Ip
    """The server identifier (option 54)."""
    mac: Mac | None = None
    """Who sent it on this segment: the server, or a relay. None where only a client told of the server."""
    interface: OneLine = ""
    """The agent's own."""
    gateway: Ip | None = None
    dns_servers: tuple[Ip, ...] = ()
    domain: OneLine = ""
    lease_s: int | None = None


class DhcpClientSeen(Frozen):
    """What a device says of itself when it asks for an address."""

    type: Literal["dhcp_client_seen"] = "dhcp_client_seen"
    mac: Mac
    address: Ip | None = None
    """The one that it has or wants (ciaddr, option 50)."""
    name: OneLine = ""
    """Option 12."""
    vendor_class: OneLine = ""
    """Option 60: ``MSFT 5.0``, ``android-dhcp-14``, ``Hewlett-Packard JetDirect`` ..."""
    parameters: tuple[Annotated[int, Field(ge=0, le=255)], ...] = ()
    """Option 55, in its order: it tells one DHCP client program from another."""
