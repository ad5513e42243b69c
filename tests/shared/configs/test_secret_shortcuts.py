"""The nets are not thrown at words and statements that hold nothing for them: what is taken out must be the same as if they were."""

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.configs import formats
from shared.configs.secrets import Redactor, SecretRules
from shared.configs.statement import Statement

_PIECES = st.sampled_from(
    [
        *("password", "Password:", "key", "community", "ENC", "Bearer", "token=", "pin", "seed", "secret", "?auth=", "?sig=", "&code="),
        *("set", "description", "interface", "10.0.1.0/255.255.255.0", "1234567890/1234567890-12", "2026-11-24", "GigabitEthernet1/0/48"),
        *("TwentyFiveGigabitEthernet1/0/48", "Ten-GigabitEthernet1/0/49", "keyGigabitEthernet1/0/48x", "0f3c9a7d4e5b6a79", "Zm9vYmFyZm9v"),
        *("6f1d2c3b-0000-51ee-8000-000000000001", "6F1D2C3B-0000-51EE-8000-000000000001x", "$6$abc$def", "{SSHA}abc", "://u:p@h", "AKIA"),
        *(
            "a1B2c3D4e5F6g7H8i9J0",
            "abcdef0123456789abcdef0123456789",
            "hooks.slack.com/services/T0/B0/x1",
            '"',
            "'",
            "=",
            ":",
            "-",
            "/",
            ",",
        ),
    ]
)
_TEXTS = st.lists(st.tuples(_PIECES, st.sampled_from(["", " "])), max_size=9).map(
    lambda parts: "".join(f"{a}{b}" for a, b in parts).strip()
)


_RULES = [formats()[platform].secrets for platform in ("cisco_ios", "fortinet", "hp_comware", "aruba_aoscx")]


class _Thorough(Redactor):
    """Throws all nets at everything."""

    def _is_clean(self, text: str) -> bool:
        return False


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(_RULES), st.lists(_TEXTS, max_size=4))
def test_shortcuts_let_nothing_through(rules: SecretRules, texts: list[str]) -> None:
    quick, thorough = Redactor(b"k", rules), _Thorough(b"k", rules)
    for text in [*texts, *texts]:
        statement = Statement(1, text)
        assert quick.text(text, statement) == thorough.text(text, statement)
    assert quick.places == thorough.places
