"""Clients and their sites, for other programs."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from collector.accounts.guard import technician
from collector.running import Running, running
from collector.store import clients
from collector.store.clients import ClientSummary
from shared.model import Frozen, Utc

router = APIRouter(prefix="/api/v1/clients", tags=["clients"], dependencies=[Depends(technician)])
Here = Annotated[Running, Depends(running)]


class SiteOut(Frozen):
    id: UUID
    name: str
    devices: int
    missing: int
    agents: int
    newest_scan: UUID | None
    last_scan_utc: Utc | None


class ClientOut(Frozen):
    id: UUID
    name: str
    note: str
    sites: tuple[SiteOut, ...]


@router.get("")
def all_clients(here: Here) -> list[ClientOut]:
    with here.database.reading() as session:
        return [_shown(client) for client in clients.overview(session)]


@router.get("/{client_id}")
def one_client(client_id: UUID, here: Here) -> ClientOut:
    with here.database.reading() as session:
        return _shown(clients.summary(session, client_id))


def _shown(client: ClientSummary) -> ClientOut:
    sites = tuple(
        SiteOut(
            id=site.id, name=site.name, devices=site.devices, missing=site.missing, agents=site.agents,
            newest_scan=site.newest_scan, last_scan_utc=site.last_scan_utc,
        )
        for site in client.sites
    )  # fmt: skip
    return ClientOut(id=client.id, name=client.name, note=client.note, sites=sites)
