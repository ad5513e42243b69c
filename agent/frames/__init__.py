"""What frames and packets say, and how they are written: octets in, values out. Pure.

Whoever is on the cable can send any of them. A reader raises Unparsed for what is no frame of its protocol and takes every text, list and
length with a bound.
"""
