"""The parts of a Cisco IOS or IOS-XE configuration, one file a part; ``shared.configs.cisco_ios`` puts them together."""
