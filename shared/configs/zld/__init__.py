"""Zyxel's ZLD, by parts: objects, interfaces, secure policies, translation, tunnels, management. For ``shared.configs.zyxel_zld``."""
