"""EdgeOS has VyOS's forms."""

from tests.benchmarks.config_counts.vyos import count

__all__ = ["count"]
