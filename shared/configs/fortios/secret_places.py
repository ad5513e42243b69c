"""Where FortiOS keeps secrets, and what looks like one and is none.

``ENC`` values are encrypted, with a fixed key where nobody has set one: they are secrets all the same, and most are printed anew each time
(so they have no fingerprint). Source: Fortinet's CLI references; the lists of what Oxidized and rancid hide; canaries.
"""

import re

from shared.configs.secrets import SecretRules, rule

_NAMES = (
    r"passwd\d?|password\d?|psksecret(?:-remote)?|secret(?:-key|-token)?|(?:secondary|tertiary|rsso|client|ppk|group-authentication)-secret"
    r"|passphrase|sae-password|authpasswd|auth-pwd|priv-pwd|auth-?key|enc-?key|encrypt-key|(?:private|secret|primary|api|access|shared)-key"
    r"|[\w-]*-(?:password|passwd|passphrase|pwd|psk|secret|api-key|secret-key|key-secret|login-pass)|upload-?pass(?:word)?"
    r"|login-passwd|pass|pin|seed|activation-code|key-string|md5-key(?: \d+)?|keytab|history\d|hash|credential|token"
    r"|account-key(?:-content)?"
    r"|wep-key\d?|(?:group|fortiguard|ddns|http-proxy|proxy|radius|admin|eap|pptp|scep|ftp|email)-?(?:key|pass(?:word)?)"
    r"|[\w-]+(?<!public)(?<!host)-key"
)
_VALUE = r"(?P<secret>.+)$"
_KEY_TABLES = (
    r"^config (?:user (?:tacacs|radius)|router |system ntp|ntpserver|wireless-controller|switch-controller|key\b|md5-keys|neighbor)"
)

SECRETS = SecretRules(
    (
        rule(r"^(?:set|append) \S+ (?:\d+ )?ENC (?P<secret>\S.*)$", "encrypted", salted=True),
        rule(r'^set [\w-]*private-key (?P<secret>"?\s*-----BEGIN (?:ENCRYPTED|OPENSSH)\b.+)$', "private key", salted=True),
        rule(rf"^(?:set|append) (?:{_NAMES}) (?!ENC |\"?\s*-----BEGIN (?:ENCRYPTED|OPENSSH)|(?:en|dis)able$){_VALUE}"),
        rule(rf"^set (?:key|secondary-key|tertiary-key|key\d) (?!ENC ){_VALUE}", "key", within=_KEY_TABLES),
        rule(rf"^set name {_VALUE}", "community", within=r"^config (?:system snmp community|.*snmp-community)"),
        rule(rf"^set (?:headers|http-body|value|body) {_VALUE}", "header", within=r"^config (?:system automation-action|.*headers)"),
        rule(
            r"^set (?:uri|url|webhook-url|endpoint) \"?(?:[\w+.-]+://)?[^/\"\s]+/(?P<secret>[^\"\s]{6,})",
            "url",
            within=r"^config system automation",
        ),
    ),
    public=(
        re.compile(r"^set (?:uuid|guid|image-base64|(?:ssh-)?public-key\d?|certificate|ca|crl|csr|remote|signature|serial|sn) "),
        re.compile(r"^edit |^set (?:src|dst)(?:intf|addr6?)|^set (?:member|interface|service|schedule|srcaddr|dstaddr|poolname|status) "),
    ),
)
