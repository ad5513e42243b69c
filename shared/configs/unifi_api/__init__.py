"""What UniFi Network says of a site over its official interface: ``lists`` for what has a name, ``rules`` for firewall policies."""
