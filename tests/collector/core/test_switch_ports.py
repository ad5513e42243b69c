"""What is plugged in at each port, joined from a synthetic office's answers."""

from collector.core.inventory import build_inventory
from collector.core.merge import fold
from shared.configuration_seen import SettingsSeen
from shared.device_config import Settings, SwitchPort
from shared.inventory import Inventory, JoinedPort, PortRole
from shared.observation import BridgeEntrySeen, InterfaceSeen, LeaseSeen, NeighbourSeen, Observation
from shared.outcome import Outcome
from tests.collector.core import synthetic as s

AP_MAC, PHONE_MAC = "18:64:72:00:00:01", "00:0e:08:00:00:01"


def with_more(*seen: Observation, entries: tuple[tuple[str, str], ...] = s.FORWARDING_TABLE) -> Inventory:
    """The office, with more that its switch says."""
    made = s.office(entries=entries)
    outcomes: list[Outcome] = []
    for outcome in made.outcomes:
        if outcome.probe == "snmp" and outcome.target == s.SWITCH.address:
            outcome = outcome.model_copy(update={"observations": (*outcome.observations, *seen)})
        outcomes.append(outcome)
    return build_inventory(fold([made.model_copy(update={"outcomes": tuple(outcomes)})]))


def ports(inventory: Inventory) -> dict[str, JoinedPort]:
    return {port.port: port for port in inventory.switch_ports}


def test_each_port_says_who_is_there() -> None:
    found = ports(with_more())
    (web,) = found["3"].machines
    assert (found["3"].role, web.name, web.address, web.vlan) == (PortRole.HOST, "web.office.example", "10.9.0.30", 1)
    assert found["1"].role is PortRole.UPLINK, "the firewall is there, by LLDP"
    assert found["1"].machines == () and found["1"].known_by == "lldp"


def test_names_and_addresses_of_strangers_come_from_others() -> None:
    mac = "00:11:22:33:44:55"
    leased = LeaseSeen(address="10.9.0.88", mac=mac, name="stampante")
    (machine,) = ports(with_more(leased, BridgeEntrySeen(mac=mac, port="9", vlan=20)))["9"].machines
    assert (machine.address, machine.name, machine.vlan, machine.device) == ("10.9.0.77", "stampante", 20, ""), (
        "the router's table goes first"
    )


def test_several_machines_without_a_neighbour_hang_on_an_unmanaged_switch() -> None:
    entries = (("5", s.WEB.mac or ""), ("5", s.MAIL.mac or ""), ("5", s.PC.mac or ""))
    found = ports(with_more(entries=entries))["5"]
    assert found.role is PortRole.UNMANAGED_SWITCH
    assert {machine.address for machine in found.machines} == {"10.9.0.30", "10.9.0.20", "10.9.0.101"}


def test_virtual_machines_are_those_of_one_host() -> None:
    entries = (("5", s.WEB.mac or ""), ("5", "00:50:56:00:00:01"), ("5", "00:50:56:00:00:02"))
    assert ports(with_more(entries=entries))["5"].role is PortRole.HOST


def test_a_machine_behind_a_telephone_is_one_place() -> None:
    heard = NeighbourSeen(local_port="7", chassis_mac=PHONE_MAC, port_id="p1", name="tel-7")
    entries = (("7", PHONE_MAC), ("7", s.PC.mac or ""))
    found = ports(with_more(heard, entries=entries))["7"]
    assert (found.role, found.neighbour) == (PortRole.HOST, PHONE_MAC)
    assert len(found.machines) == 2


def test_more_than_a_small_switch_holds_is_an_uplink() -> None:
    entries = tuple(("24", f"3c:ec:ef:00:01:{n:02x}") for n in range(30))
    found = ports(with_more(entries=entries))["24"]
    assert found.role is PortRole.UPLINK and found.machines == ()


def test_a_port_that_is_off_or_down_says_so() -> None:
    off = InterfaceSeen(index=12, name="12", kind="ethernetCsmacd", admin_up=False, oper_up=False)
    down = InterfaceSeen(index=13, name="13", kind="ethernetCsmacd", admin_up=True, oper_up=False)
    quiet = InterfaceSeen(index=14, name="14", kind="ethernetCsmacd", admin_up=True, oper_up=True, speed_bps=10**9, alias="Sala riunioni")
    found = ports(with_more(off, down, quiet))
    assert [found[port].role for port in ("12", "13", "14")] == [PortRole.OFF, PortRole.EMPTY, PortRole.QUIET]
    assert (found["14"].description, found["14"].speed_bps) == ("Sala riunioni", 10**9)


def test_the_configuration_and_the_tables_speak_of_the_same_port_in_two_spellings() -> None:
    configured = SwitchPort(name="GigabitEthernet1/0/3", description="Web", mode="access", untagged_vlan=30, poe=False)
    seen = SettingsSeen(settings=Settings(switch_ports=(configured,)))
    found = ports(with_more(seen, entries=(("Gi1/0/3", s.WEB.mac or ""),)))
    (port,) = [port for name, port in found.items() if name.lower().startswith("g")]
    assert (port.description, port.untagged_vlan, port.poe, port.machines[0].name) == ("Web", 30, "off", "web.office.example")


def test_the_switchs_own_addresses_are_not_behind_its_ports() -> None:
    found = ports(with_more(entries=(("3", s.WEB.mac or ""), ("3", s.SWITCH.mac or ""))))
    assert len(found["3"].machines) == 1
    assert "mgmt" not in found
