"""Where pfSense and OPNsense keep secrets, and how each value goes through the redactor.

Four kinds of names: those that always hold one; those that sound like it (``userkey``, ``dns_cf_token``), unless the value is a plain
setting; free text, where a credential may stand in a sentence, in a URL or in base64; public ones. Sources: both projects' code, the list
of pfsense-redactor (MIT); measured with its corpus.
"""

import base64
import binascii
import re
from collections.abc import Callable

from shared.configs.secret_nets import REMOVED
from shared.configs.secrets import Redactor, SecretRules, rule

_HASHES = r"(?:bcrypt|sha512|md5|nt)-hash|passwordenc"
_COMMUNITIES = r"rocommunity|rwcommunity|community|trapstring"
_KEYS = (
    r"psk|pre-shared-key|presharedkey|pre_shared_key|ipsecpsk|tlspskvalue|prv|prv_payload|private-?key|private_key|privkey|privateKey"
    r"|shared_key|sharedkey|statickey|apikeys|api_?key|api_?token|api_?secret|secret_?key|account_?key|accesskey|authorizedkeys|xmldata"
    r"|ddnsdomainkey|ddns_domain_key_secret|maxmind_key|GDrive\w*key|voucher_?privkey|otp_seed|ha_certificates|ssloffloadcert"
)
_PASSWORDS = (
    r"password(?:again|2)?|passwd|passphrase|(?:cp|crypt|wpa_?)passphrase|auth_pass|proxy_passwd|(?:ldap_)?bindpw|eap_password|radius_?secret"
    r"|radius_?key|shared_?secret|secret|adv_dhcp6_key_info_statement_secret|upsd_users|userparams?|httpdPassword|remotepassword"
    r"|synchronize_?password|(?:\w*_)?webhook\w*|encryption_password|tacplus_secret"
)
SECRETS = SecretRules(
    (
        rule(rf"(?:^|/)(?:{_HASHES})$", "hash"),
        rule(rf"(?:^|/)(?:{_COMMUNITIES})$", "community"),
        rule(rf"(?:^|/)(?:{_KEYS})$", "key"),
        rule(rf"(?:^|/)(?:{_PASSWORDS})$"),
        rule(
            r"openvpn-(?:server|client)/(?:tls|shared_key)$|(?:telegram|pushover|slack)/api$|StaticKey/key$|preSharedKey/Key$|apikeys/item/(?:key|secret)$",
            "key",
        ),
        rule(r"pppoes/pppoe/username$|voucher/(?:roll|privatekey|publickey)$|unbound/custom_options$|dhcpd\w*/\w+/ldap$", "text"),
        # what the functions below have found within a value
        rule(r" \(value\)$", "credential"),
    ),
    public=(
        re.compile(
            r"(?:^|/)(?:tls_key|nat/rule/pass|crt|csr|refid|ca-?ref|cert-?ref|crl-?ref|ssl-certref|uuid|public_?-?key|pubkey|publicKey|keyFingerprint|tracker|uniqid"
            r"|associated-rule-id|source_hash_key|poolopts_sourcehashkey|tunable|peers|servers|tests|categories|category|audit|duid|dhcp6-duid"
            r"|sequence|schedlabel|vtimaps|keytype|keyType|key_type|keylen|use_rfc1918|version|wpa_key_mgmt|auth_algs)$"
        ),
    ),
)
"""``leaf`` is asked with a value's place, as ``pfsense/system/user/bcrypt-hash``."""

_SOUNDS_SO = re.compile(
    r"(?:key|keys|psk|secret|token|passwd|password|passphrase|passwords|pass|pw|pin|credentials?|cookie|licen[cs]e|authcode)$"
    r"|(?:^|_)(?:key|secret|token|password|pass|credential)_|(?:^|[_-])(?:parola|chiave|segreto|kennwort|clave)(?:[_-]|$)",
    re.IGNORECASE,
)
_SOUNDS_PUBLIC = re.compile(
    r"pub(?:lic)?[_-]?key|hash_?key|hashkey|prefetchkey|bypass|requirepass|_min_|_max_|length|policy", re.IGNORECASE
)
_CAREFUL = re.compile(
    r"pass|pwd|pw|psw|secret|psk|key|communit|cred|token|bearer|seed|segreto|parola|chiave|codice|pin|code", re.IGNORECASE
)
_PLAIN = re.compile(
    r"(?:\d{1,5}|on|off|yes|no|true|false|none|enabled?|disabled?|default|auto|any|all|both|rule|pass|block|required?|optional"
    r"|never|always|psk|rsa|dsa|ecdsa|ed25519|(?:hmac-)?(?:md5|sha\d*)|open|shared|wpa\w*)$",
    re.IGNORECASE,
)
_SHORT = re.compile(r"[\w./-]{1,18}$")
_WIREGUARD_KEY = re.compile(r"[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$")
_LOGIN = re.compile(
    r"\b(?:log-?in|account|user(?:name)?|utente|accesso|credenziali|zugang)\b[\s:=]{1,3}(?:is\s|è\s)?[\w.@-]{1,64}\s?/\s?(?P<secret>[^\s,;]+)",
    re.I,
)
_SENTENCE = re.compile(
    r"\b(?:pin|password|passwd|pwd?|psw|passphrase|parola|codice|chiave|segreto|secret|credenziali)\b[^\n,;:=]{0,40}?[\s:=]{1,3}"
    r"(?!\d+(?:\.\d+){3}|\[removed)(?P<secret>(?=[^\s,;()]*\d)[^\s,;()]{5,})",
    re.IGNORECASE,
)
_QUERY = re.compile(r"[?&;](?!(?:host(?:name)?|myip|ip|domain|url|type|page|xml|id|file|board)=)[\w.-]{1,40}=(?P<secret>[^&;\s\"'<>#]{6,})")
_HARMLESS_OPTION = re.compile(
    r"\s*(?:(?:push\s+\"?(?:route(?:-ipv6)?|dhcp-option|redirect-gateway|block-outside-dns|comp-lzo|register-dns)\b[\w\s.:/-]*\"?"
    r"|(?:route(?:-ipv6)?|iroute|ifconfig-push|tls-version-(?:min|max)|remote-cert-tls|mssfix|fragment|tun-mtu|keepalive|verb|reneg-sec|mute"
    r"|persist-\w+|explicit-exit-notify|auth-nocache|fast-io|sndbuf|rcvbuf|float|resolv-retry|remote-random|comp-lzo|compress|duplicate-cn"
    r"|client-to-client|topology|route-nopull|pull|tls-client|nobind|max-clients|inactive|ping\S*|hand-window|server-poll-timeout)"
    r"\b[\w\s.:/-]*)|\s*)$"
)
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]{12,}={0,2}$")


def redact(redactor: Redactor) -> Callable[[str, str, int], str]:
    """The function that every value, attribute and comment of the file goes through."""
    kinds: dict[str, str] = {}

    def clean(path: str, value: str, line: int) -> str:
        kind = kinds.get(path)
        if kind is None:
            kind = kinds[path] = _kind(path)
        if kind == "plain" and _SHORT.match(value):
            return value
        return _clean(redactor, kind, path, value, line)

    return clean


def _kind(path: str) -> str:
    name = path.rsplit("/", 1)[-1]
    if any(each.statement.search(path) for each in SECRETS.rules):
        return "always"
    if re.search(r"pub(?:lic)?[_-]?key$", name, re.IGNORECASE):
        return "public key"
    if name == "custom_options":
        return "options"
    if any(pattern.search(path) for pattern in SECRETS.public):
        return "public"
    if _SOUNDS_SO.search(name) and not _SOUNDS_PUBLIC.search(name):
        return "sounds so"
    return "careful" if _CAREFUL.search(name) else "plain"


def _clean(redactor: Redactor, kind: str, path: str, value: str, line: int) -> str:
    bare = value.strip()
    if not bare:
        return value
    secret = (
        (kind == "sounds so" and not _PLAIN.match(bare))
        or (kind == "public key" and not _is_public_key(bare))
        or (kind == "options" and not all(_HARMLESS_OPTION.match(option) for option in re.split(r"[;\n]", bare)))
        or (kind not in ("always", "public", "public key") and _hides_one(bare))
    )
    if secret:
        return redactor.leaf(f"{path} (value)", value, line)
    if kind in ("always", "public"):
        return redactor.leaf(path, value, line)
    before = len(redactor.places)
    value = redactor.leaf(path, _within(redactor, path, value, line), line)
    # what was found within is met once more as what is gone already
    found = {place.fingerprint for place in redactor.places[before:] if place.path.endswith(" (value)")}
    redactor.places[before:] = [place for place in redactor.places[before:] if place.kind or place.fingerprint not in found]
    return value


def _within(redactor: Redactor, path: str, value: str, line: int) -> str:
    """What stands in a sentence or in a URL, where only its neighbours tell what it is."""
    for pattern, sign in ((_LOGIN, "/"), (_QUERY, "="), (_SENTENCE, " ")):
        if sign in value:
            value = pattern.sub(
                lambda found: found[0][: found.start("secret") - found.start()] + redactor.leaf(f"{path} (value)", found["secret"], line),
                value,
            )
    return value


def _is_public_key(value: str) -> bool:
    return bool(_WIREGUARD_KEY.match(value)) or "PUBLIC KEY" in value or value.startswith(("ssh-", "ecdsa-", "LS0tLS1CRUdJTiBQVUJMSUM"))


def _hides_one(value: str) -> bool:
    """Whether it is base64 of a text in which a secret stands."""
    if len(value) < 16 or len(value) > 200_000 or not _BASE64.match(value) or REMOVED.search(value):
        return False
    packed = "".join(value.split())
    try:
        text = base64.b64decode(packed, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return False
    if not text.isprintable() and any(not char.isprintable() and char not in "\r\n\t" for char in text):
        return False
    return _unlike(Redactor(rules=SECRETS), text)


def _unlike(redactor: Redactor, text: str) -> bool:
    return redactor.leaf("text", text) != text
