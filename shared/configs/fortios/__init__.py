"""FortiOS configurations, room by room: ``shared.configs.fortinet`` is the way in and shows the order in which these are used.

``blocks`` grammar -> ``secret_places`` -> ``entries`` (tables and their attributes) -> ``objects``, ``services``, ``interfaces``,
``policies``, ``translation``, ``tunnels``, ``people``, ``system``: each reads one kind of table; ``passed`` names the parts that are known
and not modelled. Source: Fortinet's FortiOS CLI references 5.2 to 7.6 and the attribute lists that its own automation tools publish.
"""
