"""Lines of the file that change by themselves: times of saving, who saved, statistics."""

import re

VOLATILE = (
    re.compile(r"^\s*<time>[\d.]{9,20}</time>$"),
    re.compile(r"^\s*<lastchange(?:/>|>.*</lastchange>)$"),
    re.compile(r"^\s*<revision>.*</revision>$"),
    re.compile(r"^\s*<(?:created|updated)>.*</(?:created|updated)>$"),
    re.compile(r"^\s*<audit>.*</audit>$"),
    re.compile(r"^\s*<xmldata>.*</xmldata>$"),
    re.compile(r"^\s*<(?:description|username)>.*\((?:Local Database|system|LDAP|RADIUS)[^)]*\).*</"),
    re.compile(r"^\s*<description>.*made (?:unknown )?changes?.*</"),
    re.compile(r"^\s*<username>\(?[\w.-]+\)?@[\w.:-]+</username>$"),
)
