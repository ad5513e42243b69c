"""What pfSense and OPNsense have in common: both grew from m0n0wall and keep one XML file, read element by element.

Sources: pfSense's ``src/etc/inc`` (filter.inc, interfaces.inc, openvpn.inc, ipsec.inc; 2.4 to 2.8) and OPNsense's ``filter.inc`` and models
(``src/opnsense/mvc/app/models``; 19 to 26), both published; the projects' manuals. The file's own words are kept: an interface is ``lan``
or ``opt1``, its device ``igb1`` is the name, what a person calls it the description.

Order of the filter: what the system itself puts first, floating rules, rules of interface groups, rules of single interfaces, what the
system puts last. ``pf`` lets the last rule that fits decide, but for rules that are ``quick``; all but floating ones always are.
"""
