"""The words that the agent and the collector both speak.

Imports only the standard library and pydantic, and neither side of the wire; a rule in ``tests/rules`` holds this. Whatever crosses
the wire or is printed as JSON is a frozen model of this package, so that its JSON Schema (``python -m shared.schema``) is the
contract and a change of it is seen in review.
"""

VERSION = "0.1.0"
"""The product's version, as ``--version``, a report's ``agent.version`` and ``/healthz`` show it."""
