"""A recorded session played back byte for byte: what was sent to the device then must be sent now, in any order of its commands.

The recordings are Oxidized's: ``init_prompt``, then ``command: reply``; a reply holds its echo, its prompt and control characters as
``\\r``, ``\\x20`` and ``\\e``. A reply that ends in a pager goes on with the reply to the next key.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncssh
import yaml

from tests.labs.replay.device import Device, Server, Session

_ESCAPES = {"r": "\r", "n": "\n", "t": "\t", "e": "\x1b", "b": "\b", "a": "\a", '"': '"', "\\": "\\"}


def unescaped(text: object) -> str:
    return re.sub(
        r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))",
        lambda found: chr(int(found[1] or found[2], 16)) if found[1] or found[2] else _ESCAPES.get(found[3], found[0]),
        str(text or ""),
    )


@dataclass(frozen=True)
class Turn:
    typed: str
    reply: str


@dataclass
class Recording(Device):
    """A device whose answers are the recording's own bytes."""

    turns: list[Turn] = field(default_factory=list)
    greeting: str = ""

    @property
    def is_shell(self) -> bool:
        return bool(self.greeting)

    def questions(self) -> list[str]:
        """The commands of the recording, but those that end it."""
        lines = [turn.typed.strip() for turn in self.turns if turn.typed.strip()]
        return [line for line in dict.fromkeys(lines) if line not in ("exit", "quit", "logout")]

    def raw(self, command: str) -> list[str]:
        """The reply to a command, page by page."""
        at = next(i for i, turn in enumerate(self.turns) if turn.typed.strip() == command)
        pages = [self.turns[at].reply]
        for turn in self.turns[at + 1 :]:
            if turn.typed.strip():
                break
            pages.append(turn.reply)
        return pages


def recording(path: Path) -> Recording:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    listed = document["commands"]
    pairs = [pair for entry in listed for pair in entry.items()] if isinstance(listed, list) else list(listed.items())
    turns = [Turn(unescaped(typed), unescaped(reply)) for typed, reply in pairs]
    made = Recording(turns=turns, greeting=unescaped(document.get("init_prompt")))
    made.answers = {turn.typed.strip(): turn.reply for turn in turns if turn.typed.strip()}
    return made


class RecordedServer(Server):
    def session_requested(self) -> Any:
        return RecordedSession(self.device)


class RecordedSession(Session):
    """``Session`` with the recording's replies. An unknown command gets the words of a device that does not know it."""

    pages: tuple[str, ...] = ()

    def greet(self) -> None:
        assert isinstance(self.device, Recording)
        self.show(self.device.greeting)

    def key(self, key: bytes) -> None:
        if self.pages and key not in b"\r\n":
            self.show(self.pages[0])
            self.pages = self.pages[1:]
        else:
            super().key(key)

    def run(self, line: str) -> None:
        device = self.device
        assert isinstance(device, Recording)
        device.commands.append(line)
        if line.strip() not in device.answers:
            prompt = device.greeting.rsplit("\n", 1)[-1]
            self.show(f"{line}\r\nInvalid input: {line}\r\n{prompt}")
            return
        first, *pages = device.raw(line.strip())
        self.pages = tuple(pages)
        self.show(first)


def server_of(device: Device) -> asyncssh.SSHServer:
    return RecordedServer(device) if isinstance(device, Recording) else Server(device)
