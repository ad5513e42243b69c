"""WatchGuard Fireware's profile, the XML that Policy Manager saves and ``export config to console`` prints, read part by part.

WatchGuard publishes no schema. Sources: what public readers of the format agree on (facts alone: element names and what the numbers mean),
and profiles of Fireware 12 that were published. No reader here was held against a real box.
"""
