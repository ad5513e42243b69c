"""The parts of OpenWrt's configuration, by package: ``network``, ``firewall``, ``dhcp``, ``services``. ``shared.configs.openwrt`` uses
them."""
