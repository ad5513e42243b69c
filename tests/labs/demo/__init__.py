"""The demo client network: Officina Rossi, a small workshop, as real daemons in network namespaces.

``truth.toml`` says what it consists of; the network is built from that file, so that tests can compare a scan with it.
``python -m tests.labs.demo up`` shows it; ``network.DemoNetwork`` is what tests and the quickstart use.

Every process, namespace and mount of it lives below one process (``site.py``) that ends when its starter does, however that ends: the
kernel then removes them all. Nothing outside the given directory is written: each host sees ``/etc`` and ``/var`` through an overlay
whose upper half is in memory. No interface of the network is outside, and nothing in it has a route out.
"""
