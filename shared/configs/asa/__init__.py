"""The parts of a Cisco ASA or PIX configuration, one file a part; ``shared.configs.cisco_asa`` puts them together."""
