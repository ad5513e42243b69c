"""What a device is for, and how a look ended, in words for the reader's language."""

from collector.sections.parts.model import N_, Phrase, Tone, phrase
from shared.address import MacKind
from shared.inventory import Kind
from shared.outcome import State

KINDS = {
    Kind.ROUTER: N_("router"),
    Kind.MODEM: N_("modem"),
    Kind.OLT: N_("OLT"),
    Kind.SWITCH: N_("switch"),
    Kind.FIREWALL: N_("firewall"),
    Kind.VPN: N_("VPN gateway"),
    Kind.ACCESS_POINT: N_("access point"),
    Kind.WIRELESS_CONTROLLER: N_("wireless controller"),
    Kind.RADIO: N_("radio link"),
    Kind.PRINTER: N_("printer"),
    Kind.SCANNER: N_("scanner"),
    Kind.UPS: N_("UPS"),
    Kind.PDU: N_("PDU"),
    Kind.POWER: N_("power supply"),
    Kind.COOLING: N_("cooling"),
    Kind.SERVER: N_("server"),
    Kind.WORKSTATION: N_("workstation"),
    Kind.HYPERVISOR: N_("hypervisor"),
    Kind.STORAGE: N_("storage"),
    Kind.BMC: N_("management board"),
    Kind.MANAGEMENT: N_("management"),
    Kind.PHONE: N_("telephone"),
    Kind.PBX: N_("telephone exchange"),
    Kind.VOICE_GATEWAY: N_("voice gateway"),
    Kind.VIDEO_CONFERENCE: N_("video conference"),
    Kind.INTERCOM: N_("intercom"),
    Kind.CAMERA: N_("camera"),
    Kind.NVR: N_("video recorder"),
    Kind.SENSOR: N_("sensor"),
    Kind.NETWORK: N_("network device"),
    Kind.OTHER: N_("unknown"),
}

STATES = {
    State.ANSWERED: (N_("answered"), Tone.GOOD),
    State.PARTIAL: (N_("answered in part"), Tone.NOTABLE),
    State.SILENT: (N_("no answer"), Tone.QUIET),
    State.DENIED: (N_("access refused"), Tone.NOTABLE),
    State.UNSUPPORTED: (N_("not offered"), Tone.QUIET),
    State.UNPARSED: (N_("not understood"), Tone.NOTABLE),
    State.BROKEN: (N_("fault of the agent"), Tone.RISKY),
}

FIELDS = {
    "kind": N_("Kind"),
    "vendor": N_("Maker"),
    "model": N_("Model"),
    "os": N_("System"),
    "os_version": N_("System version"),
    "serial": N_("Serial number"),
    "location": N_("Location"),
    "contact": N_("Contact"),
    "hostname": N_("Name"),
    "hostnames": N_("Name"),
}

PROVENANCES = {
    "own_reply": N_("it answered itself"),
    "own_table": N_("it says so of itself"),
    "third_party": N_("another device says so"),
}


MAC_KINDS = {
    MacKind.LOCAL: N_("local"),
    MacKind.VIRTUAL_ROUTER: N_("shared by a group"),
    MacKind.EXCLUDED: N_("names no device"),
}
"""What is said beside a MAC address that no maker assigned to one device."""


def kind_phrase(kind: Kind) -> Phrase:
    return phrase(KINDS[kind])


def state_phrase(state: str) -> tuple[Phrase | str, Tone]:
    """A newer agent may report a state that this collector does not know: it is shown as it is."""
    try:
        word, tone = STATES[State(state)]
    except ValueError:
        return state, Tone.QUIET
    return phrase(word), tone
