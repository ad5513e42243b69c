"""Sophos Firewall's entities in XML, read part by part: ``Entities.xml`` of an export, or what the XML API answers.

Source: the API documentation of Sophos Firewall (SFOS 18 to 21), entity by entity. Entities in no documentation that was at
hand stay unread.
No reader here was held against a real box.
"""
