"""What SNMP agents' tables say: one file per MIB, named as the MIB, found by listing this folder. Pure: no socket, no clock.

A MIB's file holds its objects' numbers under the MIB's own names, and

- ``RANK``: who is asked first, and believed first where two MIBs tell the same (a maker's own MIB before a general one);
- ``GET``: scalars, with their ``.0``;
- ``WALK``: tables, each a tuple of columns. The first column is one that every row has: where it is empty, the others are not asked;
- ``read(rows) -> Iterator[Observation]``: what the answers mean. It may tell a part of an interface (its index and its addresses) or of
  the system; ``agent.join`` puts the parts together.

It may also have

- ``ENTERPRISES``: the makers (by enterprise number) whose devices have it: no other device is asked;
- ``ASK_FIRST``: so many tables of ``WALK`` decide: where none of them has a row, the rest is not asked.

``agent.snmp.read`` is the frame, ``agent.snmp.rows`` the form in which answers come. Adding a MIB: one file here and one folder of
recordings below ``tests/golden/snmp``.
"""
