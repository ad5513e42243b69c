"""How each make's command line looks: its prompts and its pager. Sources: recordings of sessions, Oxidized's models, netmiko's drivers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Face:
    prompt: str = "device#"
    user_prompt: str = ""
    """Before ``enable``, for platforms that type it."""
    pager: str = "--More--"
    erase: str = "\r                                                            \r"
    ansi: bool = False


FACES = {
    "aruba_aoscx": Face("loc0-sw1# ", pager="-- MORE --, next page: Space, next line: Enter, quit: q"),
    "aruba_osswitch": Face("HP-2530-24G# ", "HP-2530-24G> ", "-- MORE --, next page: Space, next line: Enter, quit: Control-C", "\r\x1b[K"),
    "cisco_asa": Face("asa/pri/act# ", "asa/pri/act> ", "<--- More --->", "\r              \r"),
    "cisco_ios": Face("RTR-SEDE#", "RTR-SEDE>", " --More-- ", "\b\b\b\b\b\b\b\b\b          \b\b\b\b\b\b\b\b\b\b"),
    "cisco_s300": Face("switch0a1b2c#", "switch0a1b2c>", "More: <space>,  Quit: q or CTRL+Z, One line: <return> "),
    "dlink_ds": Face("DGS-1210-28:admin#", "", "CTRL+C ESC q Quit SPACE n Next Page ENTER Next Entry a All", "\r\x1b[K"),
    "dell_os10": Face("OS10# ", "OS10> ", "--More--"),
    "fortinet": Face("FGT-SEDE # ", "", "--More-- ", "\r         \r"),
    "hp_comware": Face("<HP-5130>", "", "  ---- More ----", "\x1b[16D                \x1b[16D"),
    "hp_procurve": Face("ProCurve Switch 2510# ", "ProCurve Switch 2510> ", "-- MORE --, next page: Space", "\r\x1b[K", ansi=True),
    "juniper_junos": Face("admin@srx-sede> ", "", "---(more 43%)---"),
    "netgear_prosafe": Face("(GS724T) #", "(GS724T) >", "--More-- or (q)uit"),
    "paloalto_panos": Face("admin@PA-220> ", "", "lines 1-23 "),
    "sonicwall_sonicos": Face("admin@18B169000000> ", "", "--MORE--"),
    "tplink_jetstream": Face("T2600G-28TS#", "T2600G-28TS>", "Press any key to continue (Q to quit)"),
    "ubiquiti_edgerouter": Face("ubnt@edge:~$ ", "", ":"),
    "vyos": Face("vyos@vyos:~$ ", "", ":"),
    "watchguard_fireware": Face("WG#", "", "--More--"),
    "zyxel_zld": Face("Router> ", "", "--More--"),
}


def face_of(platform: str) -> Face:
    return FACES.get(platform, Face(user_prompt="device>"))
