"""What a service's first octets say: pure readers, one file for each protocol. What an answer means is in ``shared.fingerprints``.

A reader takes what ``agent.edge.TcpEdge`` gave, which may be anything and cut anywhere, and gives (field, value) pairs as ``SaidSeen`` has
them. None raises. What changes by itself (dates, counters, session numbers) is left out, so that a second look finds the same.
"""

Said = tuple[str, str]
"""(field, value), as ``shared.observation.SaidSeen`` holds them."""
