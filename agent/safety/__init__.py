"""What keeps a scan from doing harm, held once for every probe: the edges are handed out behind a guard, which

- refuses what is excluded, what has not answered, and what would write to a print port (``guard``, ``agent.exclusions``, ``print_ports``);
- makes each packet and connection wait for its turn (``budget``);
- offers a credential only where its scope and the account's own lock-out allow it (``offers``, ``lockout``).

``breaker`` watches the gateway while the scan runs, and slows it down or ends it. A probe need not think of any of these.
"""
