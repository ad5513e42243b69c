"""A device played over SSH: its prompt, its pager, its moods; ``Device.typed`` holds every byte that a client has sent to its shell.

The text of a session is given in plain Python. The lab stands for devices that cannot run here; what it says of a make's prompt and
commands comes from recordings and the vendors' documentation.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, cast

import asyncssh

ADDRESS = "127.0.0.1"


@dataclass
class Device:
    """``answers``: command -> text. What is not there gets ``unknown``."""

    answers: Mapping[str, str] = field(default_factory=dict)
    prompt: str = "switch#"
    user_prompt: str = ""
    """Before ``enable``; empty: the login is privileged."""
    enable_password: str | None = None
    privileged: frozenset[str] = frozenset()
    """Commands that are known at ``prompt`` alone."""
    unknown: str = "% Invalid input detected at '^' marker."
    username: str = "reader"
    password: str = "s3cret"
    asks_at_prompt: bool = False
    """SSH lets everybody in, and the device asks for name and password itself."""
    asks_again: bool = False
    """For the password alone, after a wrong one."""
    keyboard_interactive: bool = False
    banner: str = ""
    accept: str = ""
    """What must be typed after the banner, before the prompt."""
    page_lines: int = 0
    pager: str = "--More--"
    erase: str = "\r                    \r"
    page_off: frozenset[str] = frozenset()
    endless: frozenset[str] = frozenset()
    """Commands that never end."""
    echo: bool = True
    ansi: bool = False
    chunk_bytes: int = 0
    """So many at a time, with a pause between them."""
    slow_s: float = 0.0
    drop_after: int = -1
    """The line drops after so many bytes of output."""
    silent: bool = False
    """There is no prompt, whatever is typed."""
    exec_codes: bool = True
    options: Mapping[str, Any] = field(default_factory=dict)
    """For ``asyncssh.listen``: algorithms."""

    typed: bytearray = field(default_factory=bytearray)
    executed: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    """Lines typed at the prompt."""
    logins: list[tuple[str, str]] = field(default_factory=list)
    """(method, user name) of each attempt that was made with a secret."""
    forwarded: list[tuple[str, int]] = field(default_factory=list)
    port: int = 0
    key: asyncssh.SSHKey = field(default_factory=lambda: host_key())

    @property
    def fingerprint(self) -> str:
        return self.key.get_fingerprint().removeprefix("SHA256:")


@cache
def host_key(name: str = "") -> asyncssh.SSHKey:
    return asyncssh.generate_private_key("ssh-ed25519")


@cache
def old_host_key() -> asyncssh.SSHKey:
    """RSA, signed with SHA-1 alone."""
    key = asyncssh.generate_private_key("ssh-rsa", key_size=2048)
    key.sig_algorithms = (b"ssh-rsa",)
    return key


class Server(asyncssh.SSHServer):
    def __init__(self, device: Device) -> None:
        self.device = device

    def begin_auth(self, username: str) -> bool:
        return not self.device.asks_at_prompt

    def password_auth_supported(self) -> bool:
        return not self.device.keyboard_interactive

    def validate_password(self, username: str, password: str) -> bool:
        self.device.logins.append(("password", username))
        return (username, password) == (self.device.username, self.device.password)

    def kbdint_auth_supported(self) -> bool:
        return self.device.keyboard_interactive

    def get_kbdint_challenge(self, username: str, lang: str, submethods: str) -> tuple[str, str, str, list[tuple[str, bool]]]:
        return "", "", "", [("Password: ", False)]

    def validate_kbdint_response(self, username: str, responses: Any) -> bool:
        self.device.logins.append(("keyboard-interactive", username))
        return list(responses) == [self.device.password]

    def session_requested(self) -> asyncssh.SSHServerSession[bytes]:
        return cast("asyncssh.SSHServerSession[bytes]", Session(self.device))

    def connection_requested(self, dest_host: str, dest_port: int, orig_host: str, orig_port: int) -> bool:
        self.device.forwarded.append((dest_host, dest_port))
        return True


class Session(asyncssh.SSHServerSession):  # type: ignore[type-arg]  # bytes, as encoding is None
    def __init__(self, device: Device) -> None:
        self.device = device
        self.line = bytearray()
        self.waiting: list[str] = []
        self.state = "prompt"
        self.sent = 0
        self.paged = device.page_lines > 0
        self.raised = not device.user_prompt
        self.user = ""
        self.cr = False
        self.queue: asyncio.Queue[str] = asyncio.Queue()

    def connection_made(self, chan: Any) -> None:
        self.channel = chan

    def pty_requested(self, term_type: str, term_size: Any, term_modes: Any) -> bool:
        return True

    def shell_requested(self) -> bool:
        return True

    def exec_requested(self, command: str) -> bool:
        self.device.executed.append(command)
        self.command: str | None = command
        return True

    command = None

    def session_started(self) -> None:
        self.writer = asyncio.get_running_loop().create_task(self.write_on())
        if self.command is not None:
            self.execute(self.command)
            return
        if self.device.silent:
            return
        asyncio.get_running_loop().call_later(self.device.slow_s, self.greet)

    def connection_lost(self, exc: Exception | None) -> None:
        self.writer.cancel()

    def execute(self, command: str) -> None:
        answer = self.device.answers.get(command)
        if answer is None:
            self.channel.write_stderr(f"sh: {command.split()[0]}: command not found\n".encode())
            self.channel.exit(127)
            return
        self.channel.write(answer.encode())
        if self.device.drop_after >= 0:
            self.channel.get_connection().abort()
        elif self.device.exec_codes:
            self.channel.exit(0)
        else:
            self.channel.write_eof()
            self.channel.close()

    # --- what is shown ---

    def show(self, text: str) -> None:
        self.queue.put_nowait(text)

    async def write_on(self) -> None:
        device = self.device
        while True:
            raw = (await self.queue.get()).encode()
            if 0 <= device.drop_after < self.sent + len(raw):
                self.channel.write(raw[: device.drop_after - self.sent])
                self.channel.get_connection().abort()
                return
            self.sent += len(raw)
            size = device.chunk_bytes or len(raw) or 1
            for at in range(0, len(raw), size):
                self.channel.write(raw[at : at + size])
                if device.chunk_bytes:
                    await asyncio.sleep(0.001)

    def greet(self) -> None:
        device = self.device
        self.show(device.banner.replace("\n", "\r\n"))
        if device.asks_at_prompt:
            self.state = "user"
            self.show("\r\nUser Name:")
        elif device.accept:
            self.state = "accept"
        else:
            self.ask()

    def ask(self) -> None:
        self.state = "prompt"
        prompt = self.device.prompt if self.raised else self.device.user_prompt
        self.show(f"\x1b[24;1H\x1b[2K{prompt}\x1b[24;1H\x1b[24;{len(prompt) + 1}H\x1b[?25h" if self.device.ansi else f"\r\n{prompt}")

    # --- what is typed ---

    def data_received(self, data: Any, datatype: Any) -> None:
        self.device.typed += data
        for byte in data:
            self.key(bytes((byte,)))

    def key(self, key: bytes) -> None:
        if self.state == "pager":
            self.turn(key)
        elif self.state == "accept":
            self.line += key
            if self.line.decode() == self.device.accept:
                self.line.clear()
                self.ask()
        elif key in b"\r\n":
            if key == b"\n" and self.cr:
                self.cr = False
                return
            self.cr = key == b"\r"
            line = self.line.decode()
            self.line.clear()
            self.entered(line)
        else:
            self.cr = False
            self.line += key

    def entered(self, line: str) -> None:
        device = self.device
        match self.state:
            case "user":
                self.user, self.state = line, "password"
                self.show(f"{line}\r\nPassword:")
            case "password":
                device.logins.append(("prompt", self.user))
                if (self.user, line) == (device.username, device.password):
                    self.ask()
                elif device.asks_again:
                    self.show("\r\nPassword:")
                else:
                    self.state = "user"
                    self.show("\r\nauthentication failed\r\n\r\nUser Name:")
            case "enable":
                device.logins.append(("enable", device.username))
                self.raised = line == device.enable_password
                self.show("\r\n" if self.raised else "\r\n% Access denied\r\n")
                self.ask()
            case _:
                self.run(line)

    def run(self, line: str) -> None:
        device = self.device
        if device.silent:
            return
        command = line.strip()
        if device.echo:
            self.show(f"{line}\x1bE" if device.ansi else f"{line}\r\n")
        if not command:
            self.ask()
            return
        device.commands.append(command)
        if command == "enable" and not self.raised:
            if device.enable_password is None:
                self.raised = True
                self.ask()
            else:
                self.state = "enable"
                self.show("Password: ")
            return
        if command in device.page_off:
            self.paged = False
        if command in device.endless:
            self.waiting = [f"line {number}" for number in range(200_000)]
            self.page() if self.paged else asyncio.get_running_loop().create_task(self.pour())
            return
        known = command in device.answers and (self.raised or command not in device.privileged)
        text = device.answers[command] if known else "" if command in device.page_off else device.unknown
        self.waiting = text.removesuffix("\n").split("\n") if text else []
        self.page()

    async def pour(self) -> None:
        while not self.channel.is_closing():
            self.show("x" * 80 + "\r\n")
            await asyncio.sleep(0.0005)

    def page(self) -> None:
        size = self.device.page_lines if self.paged else len(self.waiting)
        lines, self.waiting = self.waiting[:size], self.waiting[size:]
        self.show("".join(f"{line}\r\n" for line in lines))
        if self.waiting:
            self.state = "pager"
            self.show(self.device.pager)
        else:
            self.ask()

    def turn(self, key: bytes) -> None:
        if key == b"q":
            self.waiting.clear()
        elif key != b" ":
            return
        self.state = "prompt"
        self.show(self.device.erase)
        self.page()


@contextmanager
def playing(*devices: Device, server_of: Callable[[Device], asyncssh.SSHServer] = lambda device: Server(device)) -> Iterator[None]:
    """The devices listen on loopback, on ports of their own (``Device.port``), in a thread of their own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="replay", daemon=True)
    thread.start()
    servers: list[asyncssh.SSHAcceptor] = []
    try:
        for device in devices:
            server = asyncio.run_coroutine_threadsafe(_listen(device, server_of), loop).result(20)
            device.port = server.get_port()
            servers.append(server)
        yield
    finally:
        asyncio.run_coroutine_threadsafe(_end(servers), loop).result(20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)
        loop.close()


async def _listen(device: Device, server_of: Callable[[Device], asyncssh.SSHServer]) -> asyncssh.SSHAcceptor:
    options = {"server_host_keys": [device.key], "encoding": None, "line_editor": False, **device.options}
    return await asyncssh.listen(ADDRESS, 0, server_factory=lambda: server_of(device), **options)


async def _end(servers: list[asyncssh.SSHAcceptor]) -> None:
    for server in servers:
        server.close()
        await server.wait_closed()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
