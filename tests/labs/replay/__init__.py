"""Devices that are not there: an SSH server on loopback plays a session and keeps every byte that it is sent."""
