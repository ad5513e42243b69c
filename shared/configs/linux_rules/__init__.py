"""The rules of Linux's packet filter, in the two languages that it has: nftables' (as JSON or as text) and iptables'.

``chains`` and ``terms`` are what both come to, ``models`` brings that into the words of ``shared.firewall``. ``nft_*`` and ``iptables_*``
are the languages, ``ipset`` the lists of addresses that iptables' rules name. ``shared.configs.linux`` puts them together."""
