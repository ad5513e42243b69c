"""Sessions with SNMP agents, v1, v2c and v3, over one UDP socket each.

BER, messages and v3's security stand in ``snmp_ber``, ``snmp_udp``, ``snmp_v3`` and ``snmp_usm``; hashlib, hmac and cryptography do what is
secret in them. They are our own because of what was measured: pysnmp 7.1 takes thirty times the CPU to read a row. gufo-snmp 0.13 is
fast, but gives an error status (tooBig, genErr, noSuchName) out as the end of a table, an IpAddress and an OBJECT IDENTIFIER as the same
text, and every v3 Report as "authentication failed"; it cannot read an answer of 8,000 octets, asks for one column at a time and knows
no context. pysnmp is the peer that the tests compare with.

Raises Unreachable (no way there), Denied (v3: no such user, a wrong password, a level that is not offered).
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from agent.edge import SnmpLogin, SnmpSession
from agent.edge.snmp_devices import REMEMBERED, Devices
from agent.edge.snmp_session import Patience, Session
from agent.edge.snmp_udp import CommunityExchange, Datagrams
from agent.edge.snmp_v3 import UserExchange
from shared.errors import Unreachable
from shared.secret import Secret


class SnmpOverUdp:
    def __init__(self, patience: Patience | None = None, devices: Devices = REMEMBERED) -> None:
        self._patience = patience or Patience()
        self._devices = devices

    @asynccontextmanager
    async def session(self, address: str, port: int, login: SnmpLogin) -> AsyncIterator[SnmpSession]:
        patience = self._patience
        device = self._devices.at(address, port, patience.max_repetitions)
        try:
            transport, datagrams = await asyncio.get_running_loop().create_datagram_endpoint(Datagrams, remote_addr=(address, port))
        except OSError as error:
            raise Unreachable(f"no way to {address}: {error.strerror or error}") from None
        try:
            if login.version != "3":
                exchange = CommunityExchange(datagrams, login.community or Secret(""), bulk=login.version == "2c")
                yield Session(exchange, device, patience)
                return
            user = UserExchange(datagrams, login, device)
            heard = await user.enter(patience.first_timeout_s, patience.timeout_s, 1 + patience.first_retries)
            yield Session(user, device, patience, heard)
        finally:
            transport.close()
