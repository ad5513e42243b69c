"""UniFi gateways: the JSON that they are configured by.

``edge_tree``: a USG's ``mca-ctrl -t dump-cfg``, which is EdgeOS's tree. ``gateway`` and its neighbours: ``udapi-net-cfg.json`` of the Dream
Machines and UXG, which Ubiquiti does not document; the names and their meaning were taken from the migration scripts that the boxes carry
themselves, so that what those do not touch stays unread. ``application``: what the Network application's API answers.
No reader here was held against a real box.
"""
