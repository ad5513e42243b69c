"""Secrets in what people write themselves: comments, descriptions, notes in a configuration, in English and in Italian.

``la password vecchia era X``, ``PSK del magazzino: X``. The nets of ``shared.configs.secrets`` take what follows the word at once; here
there are words between. For the platforms that name these rules among theirs.
"""

from shared.configs.secrets import SecretRule, rule

_WORDS = r"\b(?:pass(?:word|wd|phrase|code)|psk|pwd?|secret|segreto|parola|chiave|codice|key|token|pin|community)\b"
_LINK = r"[^:=\n\"]{0,60}?(?:\s(?:era|è|e'|is|was|sono|are)\s+|[:=]\s*)"


def own_words(after: str = "") -> tuple[SecretRule, ...]:
    """``after``: what such words stand behind, as a regular expression; empty: anywhere."""
    before = rf"(?i)(?:{after}).{{0,300}}?" if after else "(?i)"
    linked = rule(rf"{before}{_WORDS}{_LINK}(?P<secret>[^\s\"]+)")
    # at once behind its word: elsewhere the net for names sees it
    return (linked, rule(rf"{before}{_WORDS}\s+(?P<secret>(?=[^\s\"]*\d)[^\s\"]{{6,}})")) if after else (linked,)


OWN_WORDS = own_words()
