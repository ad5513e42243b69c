"""What the parts of a Junos configuration say, one file a part of the hierarchy; ``shared.configs.juniper_junos`` puts them together."""
