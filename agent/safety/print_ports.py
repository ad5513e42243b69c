"""Which TCP ports print what they are sent? The one table of the agent: nothing is ever written to these.

Source: RFC 1179 (LPD, 515), RFC 8010 (IPP, 631); HP's JetDirect has 9100-9102, print servers of others count on to 9112.
"""

PRINT_PORTS = frozenset({515, 631, *range(9100, 9113)})
