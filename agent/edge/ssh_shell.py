"""Commands typed at a device's prompt, by a driver of our own that types nothing that is not declared.

netmiko's drivers type more than one asks for: its ``fortinet`` writes ``config system console`` into the firewall, others set the
terminal's width or log out. Here the platform's ``TYPES`` and the probe's questions are typed, each ended by Enter; else only what the
device itself waits for: a key that turns its pager's page (a space, or ``q`` at the end of less), ``a`` or ``yes`` for a banner that must
be accepted, ``n`` for the change of an old password, user name and password where it asks for them at its prompt, the enable password
after ``enable``, and an empty line where nothing at all has come. The prompt is learnt from what the device shows, never guessed from its
make.

``enable`` is left out where the prompt is privileged already. An enable password is tried once; where none is given, empty lines answer.

Raises Unreachable (no prompt, no end of an answer, a dropped line), Denied (a password refused, a right lacking), Unsupported (the device
does not know the command), Unparsed (too much output).
"""

import re
import time
from collections.abc import Sequence

import paramiko  # type: ignore[import-untyped]  # paramiko ships no types

from agent.edge import HostKey, SshLogin, ssh_screen
from agent.edge.ssh_screen import Prompt
from agent.edge.ssh_threads import in_thread
from shared.errors import Denied, NetarioError, Unparsed, Unreachable
from shared.secret import Secret
from shared.text import one_line

MAX_OUTPUT_BYTES = 16 * 1024 * 1024
"""The largest answer to one command."""
WIDTH, HEIGHT = 511, 1000
PROMPT_S = 30.0
"""A slow device has so long to show its first prompt."""
NUDGE_S, MAX_NUDGES = 4.0, 3
TYPED_S = 10.0
SETTLED_S, LEARNING_S, PAGER_S = 0.12, 0.4, 0.05
"""How long nothing more must come until a prompt is one; the first time; until a pager's line is one."""
MAX_EMPTY_PASSWORDS = 3
_CHUNK_BYTES = 256 * 1024
_TAIL_BYTES = 4096
_MARK = b"\x1f"
"""Where a page was turned."""
_TURNED = re.compile(_MARK + rb"(?:\r*\n)?")


class Line:
    """What has come in since the last command, and what goes out."""

    def __init__(self, channel: paramiko.Channel) -> None:
        self._channel = channel
        self._parts: list[bytes] = []
        self._tail = b""
        self.size = 0

    def heard(self, wait_s: float) -> bool:
        """Whether something came within the time. Raises Unreachable where the device has closed the line."""
        self._channel.settimeout(max(0.001, wait_s))
        try:
            chunk = self._channel.recv(_CHUNK_BYTES)
        except TimeoutError:
            return False
        if not chunk:
            raise Unreachable("the device closed the line")
        self.size += len(chunk)
        self._tail += chunk
        if len(self._tail) > 2 * _TAIL_BYTES:
            self._parts.append(self._tail[:-_TAIL_BYTES])
            self._tail = self._tail[-_TAIL_BYTES:]
        return True

    def last(self) -> str:
        """The line that the cursor stands on."""
        return self._shown(self._tail).rsplit("\n", 1)[-1]

    def text(self) -> str:
        return self._shown(b"".join((*self._parts, self._tail)))

    @staticmethod
    def _shown(raw: bytes) -> str:
        return ssh_screen.shown(ssh_screen.decoded(_TURNED.sub(b"", raw)))

    def cut_pager(self) -> None:
        """Takes the pager's line away, which devices erase in ways of their own: some by a new line, some not at all."""
        start = self._tail.rfind(b"\n") + 1
        self._tail = self._tail[:start] + ssh_screen.without_pager(ssh_screen.decoded(self._tail[start:])).encode() + _MARK

    def send(self, text: str) -> None:
        self._channel.sendall(text.encode())

    def forget(self) -> None:
        self._parts, self._tail, self.size = [], b"", 0


class ShellSession:
    """Opened by ``open_shell``, which has learnt the prompt. After a failure that leaves it out of step it answers no more."""

    def __init__(self, line: Line, prompt: Prompt, enter: str, host_key: HostKey, old_algorithms: tuple[str, ...]) -> None:
        self._line, self._prompt, self._enter = line, prompt, enter
        self.host_key, self.old_algorithms = host_key, old_algorithms
        self._over = ""

    async def run(self, command: str, deadline_s: float = 30.0) -> str:
        return await in_thread(self._run, command, deadline_s)

    def _run(self, command: str, deadline_s: float) -> str:
        if self._over:
            raise Unreachable(f"not asked, as {self._over}")
        try:
            text = self._answer(command, deadline_s)
        except (Unreachable, Unparsed) as error:
            self._over = f"an answer before had no end ({error})"
            raise
        except (paramiko.SSHException, OSError, EOFError) as error:
            self._over = "the line has dropped"
            raise Unreachable(f"the line dropped during {command!r} ({type(error).__name__})") from None
        refused = ssh_screen.refusal(command, text)
        if refused:
            raise refused
        return text

    def _answer(self, command: str, deadline_s: float) -> str:
        line, ends = self._line, time.monotonic() + deadline_s
        _drop_what_is_late(line)
        line.send(command + self._enter)
        while True:
            try:
                came = line.heard(PAGER_S)
            except Unreachable as error:
                raise Unreachable(f"{error} during {command!r}") from None
            if line.size > MAX_OUTPUT_BYTES:
                raise Unparsed(f"{command!r} gave more than {MAX_OUTPUT_BYTES} bytes")
            if time.monotonic() > ends:
                raise Unreachable(f"no end of the answer to {command!r} within {deadline_s:g} s")
            if came:
                continue
            last = line.last()
            if self._prompt.fits(last):
                if not line.heard(SETTLED_S - PAGER_S):
                    return self._told(command)
            elif key := ssh_screen.pager_key(last):
                line.cut_pager()
                line.send(key)

    def _told(self, command: str) -> str:
        """The answer alone: without the echo before it and the prompt behind it."""
        text, _, _ = self._line.text().rpartition("\n")
        text = ssh_screen.without_echo(text, command, self._prompt.fits)
        # a pager's erasure leaves blanks where a page ends with an empty line
        text = "\n".join(line if line.strip() else "" for line in text.split("\n")).strip("\n")
        return f"{text}\n" if text else ""


def _drop_what_is_late(line: Line) -> None:
    while line.heard(0.001):
        pass
    line.forget()


def open_shell(
    transport: paramiko.Transport, types: Sequence[str], enter: str, login: SshLogin, host_key: HostKey, old_algorithms: tuple[str, ...]
) -> ShellSession:
    """A shell with what the platform declares typed at it."""
    try:
        channel = transport.open_session(timeout=TYPED_S)
        channel.get_pty(term="vt100", width=WIDTH, height=HEIGHT)
        channel.invoke_shell()
        line = Line(channel)
        preparation = _Preparation(line, enter, login)
        prompt = preparation.first_prompt()
        for command in types:
            prompt = preparation.typed(command, prompt)
    except NetarioError:
        raise
    except (paramiko.SSHException, OSError, EOFError) as error:
        raise Unreachable(f"the device gave no shell ({type(error).__name__})") from None
    return ShellSession(line, prompt, enter, host_key, old_algorithms)


class _Preparation:
    """From the open channel to the prompt at which questions are typed."""

    def __init__(self, line: Line, enter: str, login: SshLogin) -> None:
        self._line, self._enter, self._login = line, enter, login
        self._named = self._given = False

    def first_prompt(self) -> Prompt:
        """Answers what the device asks for before it, and learns it."""
        line, ends = self._line, time.monotonic() + PROMPT_S
        nudges, before = 0, ""
        quiet_from = time.monotonic()
        while time.monotonic() < ends:
            if line.heard(LEARNING_S):
                if line.size > MAX_OUTPUT_BYTES:
                    raise Unparsed(f"the greeting has more than {MAX_OUTPUT_BYTES} bytes")
                quiet_from = time.monotonic()
                continue
            last = line.last()
            if self._answered(last):
                continue
            if ssh_screen.looks_like_a_prompt(last) or (nudges and last.strip() and last.strip() == before):
                return ssh_screen.prompt_of(last)
            if time.monotonic() - quiet_from > NUDGE_S and nudges < MAX_NUDGES:
                nudges, before, quiet_from = nudges + 1, last.strip(), time.monotonic()
                line.send(self._enter)
        said = one_line(line.last())[:60]
        raise Unreachable(f"no prompt within {PROMPT_S:g} s" + (f"; the last that it said: {said!r}" if said else "; it said nothing"))

    def _answered(self, last: str) -> bool:
        """Whether the device had asked for something, and got it."""
        login, enter = self._login, self._enter
        if ssh_screen.demands_new_password(last):
            raise Denied("the device demands a new password before it lets this account in; nothing was changed")
        if ssh_screen.asks_password(last):
            if self._given or login.password is None:
                raise Denied(f"the device refused the login of {login.username!r} at its prompt; it was tried once")
            self._given = True
            self._say(login.password.reveal() + enter)
        elif ssh_screen.asks_user_name(last):
            if self._named:
                raise Denied(f"the device refused the login of {login.username!r} at its prompt; it was tried once")
            self._named = True
            self._say(login.username + enter)
        elif key := ssh_screen.accepting_key(last, enter) or ssh_screen.pager_key(last):
            self._say(key)
        else:
            return False
        return True

    def _say(self, text: str) -> None:
        """Once for each time that it is asked for: what was asked is forgotten."""
        self._line.forget()
        self._line.send(text)

    def typed(self, command: str, prompt: Prompt) -> Prompt:
        """Types what the platform declares; gives the prompt after it. A device that does not know it says so, and no more comes of it."""
        rises = command.split()[0] == "enable"
        if rises and prompt.is_privileged:
            return prompt
        line = self._line
        _drop_what_is_late(line)
        line.send(command + self._enter)
        ends, asked = time.monotonic() + TYPED_S, 0
        while time.monotonic() < ends and line.size <= MAX_OUTPUT_BYTES:
            if line.heard(SETTLED_S):
                continue
            last = line.last()
            if ssh_screen.asks_password(last):
                asked += 1
                ends = max(ends, time.monotonic() + TYPED_S / 2)
                self._say(self._enable_password(asked) + self._enter)
            elif prompt.fits(last):
                break
            elif key := ssh_screen.pager_key(last):
                self._say(key)
            elif ssh_screen.looks_like_a_prompt(last) and not line.heard(LEARNING_S):
                break
        last = line.last()
        now = ssh_screen.prompt_of(last) if last.strip() and ssh_screen.looks_like_a_prompt(last) else prompt
        if asked and self._login.enable_password and not now.is_privileged:
            raise Denied("the device refused the enable password; it was tried once")
        return now

    def _enable_password(self, asked: int) -> str:
        given: Secret | None = self._login.enable_password
        if given is not None and asked == 1:
            return given.reveal()
        if given is not None:
            raise Denied("the device refused the enable password; it was tried once")
        if asked > MAX_EMPTY_PASSWORDS:
            raise Denied("the device asks for the enable password: give enable_password")
        return ""
