"""SonicOS, by parts: objects, interfaces, access rules, NAT policies, tunnels, management. For ``shared.configs.sonicwall_sonicos``."""
