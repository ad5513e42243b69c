"""JSON for agents and for other programs. Each module of this folder that has a ``router`` is found by listing the folder."""
