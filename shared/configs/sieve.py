"""Which statements need a look for secrets at all? A large configuration says the same words over and over; each is looked at once.

A statement may hold a secret only if one of its words does, or one that announces it: ``password``, ``key``, a long random text. So a
statement of words that were all found clean before is clean, and the redactor is not asked.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from shared.configs.secret_nets import may_hold
from shared.configs.statement import Statement


@dataclass(slots=True)
class Sieve:
    words: re.Pattern[str]
    """What the platform's own rules look for: one of these must be in a word of each statement that a rule fits."""
    redact: Callable[[str, Statement], str]
    clean: set[str] = field(default_factory=set)

    def text(self, text: str, statement: Statement) -> str:
        clean = self.clean
        for word in text.split():
            if word not in clean:
                # "ENC " is the one mark of the nets that goes over a word's end
                if self.words.search(word) or may_hold(f"{word} "):
                    return self.redact(text, statement)
                clean.add(word)
        return text
