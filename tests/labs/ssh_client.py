"""The SSH probe or a bare session, run as a process of its own, so that it can stand in a network namespace.

    python -m tests.labs.ssh_client < QUESTION    a JSON document: settings, target; with commands and types: a bare session at a prompt

prints a JSON document: what the probe told, or what each command gave.
"""

import asyncio
import json
import sys
from typing import Any, cast

from agent.config import Settings
from agent.edge import Edges, netmiko_session
from agent.edge.netmiko_session import NetmikoEdge
from agent.probe import Seen, Target
from agent.probes import ssh
from agent.ssh import Platform
from shared.errors import NetarioError


def probed(settings: Settings, target: str) -> dict[str, Any]:
    answer = asyncio.run(ssh.ask(Target(target), cast(Edges, type("OnlySsh", (), {"ssh": NetmikoEdge()})), settings, Seen()))
    facts = [fact.model_dump(mode="json") for fact in answer.observations]
    return {"state": answer.state, "detail": answer.detail, "observations": facts}


async def typed(settings: Settings, target: str, commands: list[str], types: list[str]) -> dict[str, str]:
    (credential,) = settings.ssh
    platform = Platform(credential.platform, (), {}, {}, (), "shell", types)
    netmiko_session.platforms = lambda: {platform.name: platform}  # type: ignore[assignment]
    said = {}
    async with NetmikoEdge().session(target, credential.port, platform.name, credential.login()) as session:
        for command in commands:
            try:
                said[command] = await session.run(command)
            except NetarioError as error:
                said[command] = f"{type(error).__name__}: {error}"
    return said


def main() -> None:
    question = json.load(sys.stdin)
    settings = Settings.model_validate(question["settings"])
    if "commands" in question:
        json.dump(asyncio.run(typed(settings, question["target"], question["commands"], question["types"])), sys.stdout)
    else:
        json.dump(probed(settings, question["target"]), sys.stdout)


if __name__ == "__main__":
    main()
