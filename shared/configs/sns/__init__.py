"""Stormshield SNS, by parts: files and sections, objects, interfaces, filter and NAT slots. For ``shared.configs.stormshield_sns``."""
