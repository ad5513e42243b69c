"""Rows of the tables that switches and routers print, by ntc-templates (Apache licence), which knows their columns.

Platform names are ntc-templates' own, which differ from netmiko's in places. Raises Unparsed where a template does not know the text:
a template that stops at a strange line reads nothing at all, so that the reader must decide what that means.
"""

from collections.abc import Mapping, Sequence

from ntc_templates.parse import parse_output  # type: ignore[import-untyped]  # it ships no types
from textfsm import TextFSMError  # type: ignore[import-untyped]

from shared.errors import Unparsed

Row = Mapping[str, str | list[str]]


def rows(platform: str, command: str, text: str) -> Sequence[Row]:
    """Columns by their lower-case names, as the template calls them."""
    try:
        return list(parse_output(platform=platform, command=command, data=text))
    except (TextFSMError, ValueError, IndexError) as error:
        raise Unparsed(f"the answer to {command!r} has another form than is known", text) from error
    except Exception as error:
        if type(error).__module__.startswith(("textfsm", "ntc_templates")):
            raise Unparsed(f"the answer to {command!r} has another form than is known", text) from error
        raise


def cell(row: Row, *names: str) -> str:
    """The first of the named columns that says something; a list's members are put together by commas. KeyError where there is none of
    these columns: a template of another release may name them otherwise."""
    if not row.keys() & set(names):
        raise KeyError(names[0])
    for name in names:
        value = row.get(name, "")
        if value:
            return value if isinstance(value, str) else ",".join(value)
    return ""
