"""What sections are made of: the words of a section (``model``), and the tables that several sections and pages show.

Pure: an inventory and what people wrote go in, texts still to be translated come out. Nothing here knows HTML, a table row or a clock.
"""
