"""The two machines on a cable that the agent's tests have, for measuring."""

from tests.agent.conftest import segment as segment
