"""Formats that several protocols share: DNS messages, header lines, XML, BER. Pure.

Each raises Unparsed, and nothing else, for what it cannot read, and none gives more than its own limits say, whatever a datagram holds.
"""
