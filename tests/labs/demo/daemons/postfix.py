"""The mail server's SMTP side.  Source: postconf(5), master(5), Postfix 3.7 and 3.8. Mail for the client's domain goes to Maildirs."""

import shutil
from collections.abc import Sequence

from tests.labs.demo.daemons import Lab, Program, put
from tests.labs.demo.truth import Host

MAIL_STORE = "/var/vmail"
MAIL_USER_ID = 8
"""Debian's account ``mail``."""

_MAIN = """\
compatibility_level = 3.6
maillog_file = /dev/stdout
myhostname = mail.{domain}
mydomain = {domain}
mydestination =
mynetworks = 127.0.0.0/8
inet_protocols = ipv4
alias_maps =
alias_database =
virtual_mailbox_domains = {domain}
virtual_mailbox_base = {store}
virtual_mailbox_maps = inline:{{ {{ info@{domain} = info/ }} }}
virtual_minimum_uid = {mail_user}
virtual_uid_maps = static:{mail_user}
virtual_gid_maps = static:{mail_user}
smtpd_tls_cert_file = {keys}/{host}.crt
smtpd_tls_key_file = {keys}/{host}.key
smtpd_tls_security_level = may
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination
"""
_MASTER = """\
smtp       inet  n - n - -  smtpd
submission inet  n - n - -  smtpd
  -o smtpd_tls_security_level=encrypt -o smtpd_sasl_auth_enable=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
smtps      inet  n - n - -  smtpd
  -o smtpd_tls_wrappermode=yes -o smtpd_sasl_auth_enable=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
pickup     unix  n - n 60 1  pickup
cleanup    unix  n - n - 0  cleanup
qmgr       unix  n - n 300 1  qmgr
tlsmgr     unix  - - n 1000? 1  tlsmgr
rewrite    unix  - - n - -  trivial-rewrite
bounce     unix  - - n - 0  bounce
defer      unix  - - n - 0  bounce
trace      unix  - - n - 0  bounce
verify     unix  - - n - 1  verify
flush      unix  n - n 1000? 0  flush
proxymap   unix  - - n - -  proxymap
smtp       unix  - - n - -  smtp
error      unix  - - n - -  error
retry      unix  - - n - -  error
virtual    unix  - n n - -  virtual
anvil      unix  - - n - 1  anvil
scache     unix  - - n - 1  scache
postlog    unix-dgram n - n - 1  postlogd
"""


def prepare(host: Host, lab: Lab) -> Sequence[Program]:
    settings = _MAIN.format(domain=lab.truth.domain, host=host.name, keys=lab.keys, store=MAIL_STORE, mail_user=MAIL_USER_ID)
    put("/etc/postfix/main.cf", settings)
    put("/etc/postfix/master.cf", _MASTER)
    return (Program("postfix", (shutil.which("postfix") or "postfix", "start-fg")),)
