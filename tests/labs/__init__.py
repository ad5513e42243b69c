"""Networks of real daemons in namespaces, for the quickstart and for tests: a folder a lab."""
