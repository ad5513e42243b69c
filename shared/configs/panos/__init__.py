"""What the parts of a PAN-OS configuration say, one file a part; ``shared.configs.paloalto_panos`` puts them together."""
