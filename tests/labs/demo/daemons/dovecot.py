"""The mail server's IMAP and POP3 side, and Postfix's check of passwords.  Source: doc.dovecot.org for 2.3 (2.4 words this otherwise)."""

import os
from collections.abc import Sequence
from pathlib import Path

from tests.labs.demo.daemons import Lab, Program, put, run
from tests.labs.demo.daemons.postfix import MAIL_STORE, MAIL_USER_ID
from tests.labs.demo.keys import SSH_PASSWORD_FILE
from tests.labs.demo.truth import Host

_CONFIG = """\
protocols = imap pop3
listen = *
log_path = /dev/stderr
ssl = yes
ssl_cert = <{keys}/{host}.crt
ssl_key = <{keys}/{host}.key
first_valid_uid = {mail_user}
mail_location = maildir:{store}/%n
passdb {{
  driver = passwd-file
  args = /etc/dovecot/users
}}
userdb {{
  driver = static
  args = uid={mail_user} gid={mail_user} home={store}/%n
}}
service auth {{
  unix_listener /var/spool/postfix/private/auth {{
    mode = 0660
    user = postfix
    group = postfix
  }}
}}
"""


def prepare(host: Host, lab: Lab) -> Sequence[Program]:
    store = Path(MAIL_STORE)
    store.mkdir(exist_ok=True)
    os.chown(store, MAIL_USER_ID, MAIL_USER_ID)
    hashed = run("openssl", "passwd", "-6", "-stdin", text=(lab.keys / SSH_PASSWORD_FILE).read_text()).strip()
    put("/etc/dovecot/users", f"info@{lab.truth.domain}:{{CRYPT}}{hashed}\n", mode=0o644)
    put("/etc/dovecot/dovecot.conf", _CONFIG.format(keys=lab.keys, host=host.name, store=MAIL_STORE, mail_user=MAIL_USER_ID))
    return (Program("dovecot", ("dovecot", "-F")),)
