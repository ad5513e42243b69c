"""XML as a grammar: places, replacing in place, and texts that want to harm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.configs.xml_tree import MAX_DEPTH, Tree, parse
from shared.errors import Unparsed


def kept(text: str) -> Tree:
    return parse(text, "r", lambda path, value, line: value.replace("SECRET", "[gone]"))


def unchanged(text: str) -> str:
    return parse(text, "r", lambda path, value, line: value).text()


@pytest.mark.parametrize(
    "text",
    [
        '<?xml version="1.0"?>\n<r>\n\t<a x="1"/>\n\t<b><![CDATA[a & <b>]]></b>\n\t<!-- c -->\n</r>\n',
        "\n  <r><a>&amp;&#233;</a>\r\n<b></b></r>",
        "<r>mixed <a/> text</r>",
    ],
)
def test_nothing_is_changed_where_there_is_no_secret(text: str) -> None:
    assert unchanged(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("<r><a>SECRET</a></r>", "<r><a>[gone]</a></r>"),
        ("<r><a>\n  SECRET\n</a></r>", "<r><a>\n  [gone]\n</a></r>"),
        ("<r><a><![CDATA[x & SECRET]]></a></r>", "<r><a>x &amp; [gone]</a></r>"),
        ("<r><a>SE&#67;RET</a></r>", "<r><a>[gone]</a></r>"),
        ("<r><a>SEC<!-- SECRET -->RET</a></r>", "<r><a>[gone]</a></r>"),
        ("<r><a b=\"SECRET>\" c='2'/></r>", '<r><a b="[gone]&gt;" c="2"/></r>'),
        ("<r>SECRET<a/>SECRET<b/>SECRET</r>", "<r>[gone]<a/>[gone]<b/>[gone]</r>"),
        ("<!-- SECRET --><r><?x SECRET?></r>", "<!-- [gone] --><r><?x [gone]?></r>"),
    ],
)
def test_a_secret_goes_wherever_it_stands(text: str, left: str) -> None:
    assert kept(text).text() == left


def test_lines_stay_where_they_are() -> None:
    text = "\n<r>\n<a>one\nSECRET\nthree</a>\n<b>\n<c/>\n</b></r>"
    tree = parse(text, "r", lambda path, value, line: "[gone]" if "SECRET" in value else value)
    again = parse(tree.text(), "r", lambda path, value, line: value)
    assert tree.text().count("\n") == text.count("\n")
    assert [each.line for each in again.root.walk()] == [each.line for each in tree.root.walk()] == [2, 3, 6, 7]


@pytest.mark.parametrize(
    "rest", ["<a>SECRET", "<a>1</a><b>SECRET<!-- x --> SECRET", "<a x='SECRET", "<a>1</a>SECRET", "<!-- SECRET", "<a>SECRET</b>"]
)
def test_what_is_cut_off_is_not_kept(rest: str) -> None:
    tree = kept(f"<r>\n<ok>1</ok>\n{rest}")
    assert tree.stopped
    assert "SECRET" not in tree.text()
    assert tree.root.get("ok") == "1"
    assert not tree.root.complete


def test_text_behind_the_end_does_no_harm() -> None:
    tree = kept("<r><a>1</a></r>\n[admin@fw]/root: SECRET")
    assert not tree.stopped
    assert tree.text() == "<r><a>1</a></r>"


def test_entities_and_doctypes_are_refused() -> None:
    bomb = '<!DOCTYPE r [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><r>&b;</r>'
    with pytest.raises(Unparsed):
        kept(bomb)
    assert kept("<r><a>&b;</a></r>").root.get("a") == "&b;"


def test_what_php_writes_beside_the_standard_is_put_right() -> None:
    root = kept("<r><a>perch&eacute; A & B &#27; \x07</a><b><![CDATA[A & B &eacute;]]></b></r>").root
    assert (root.get("a"), root.get("b")) == ("perché A & B", "A & B &eacute;")


def test_depth_is_bounded() -> None:
    tree = kept("<r>" + "<a>" * 100_000)
    assert str(MAX_DEPTH) in tree.stopped
    assert sum(1 for _ in tree.root.walk()) < 100


@given(st.recursive(st.text("abc&<>\n é]-", max_size=12), lambda inner: st.lists(inner, max_size=4), max_leaves=12))
def test_what_is_written_is_what_is_read(value: str | list[object]) -> None:
    def written(each: object) -> str:
        if isinstance(each, list):
            return "".join(f"<e>{written(inner)}</e>" for inner in each)
        return str(each).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    text = f"<r>{written(value)}</r>"
    assert unchanged(text) == text
    gone = parse(text, "r", lambda path, value, line: "x").text()
    assert gone.count("\n") == text.count("\n")
