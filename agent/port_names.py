"""What is usually at this TCP port?  A guess from the number, for ports that nothing was asked of but whether they are open.

Source: IANA's Service Name and Transport Protocol Port Number Registry (as of 2026-11); where the registry has no entry, or one that nobody
runs any more, the name by which the makers' manuals know the service.
"""

_NAMES = """
21 ftp|22 ssh|23 telnet|25 smtp|53 domain|80 http|81 http|83 http|88 kerberos-sec|110 pop3|111 rpcbind|135 msrpc|139 netbios-ssn
143 imap|161 snmp|179 bgp|389 ldap|427 svrloc|443 https|444 snpp|445 microsoft-ds|465 smtps|502 mbap|513 login|514 shell|515 printer
548 afp|554 rtsp|587 submission|593 http-rpc-epmap|623 asf-rmcp|631 ipp|636 ldaps|664 asf-secure-rmcp|873 rsync|902 vmware-auth
989 ftps-data|990 ftps|993 imaps|995 pop3s|1080 socks|1194 openvpn|1433 ms-sql-s|1521 oracle|1720 h323q931|1723 pptp|1883 mqtt
2000 cisco-sccp|2049 nfs|2179 vmrdp|2222 ssh|2375 docker|2376 docker-s|3000 http|3128 squid-http|3260 iscsi-target|3268 msft-gc
3269 msft-gc-ssl|3306 mysql|3389 ms-wbt-server|3493 nut|4190 sieve|4443 https|4786 smart-install|5000 http|5001 https|5060 sip
5061 sips|5357 wsdapi|5432 postgresql|5480 https|5666 nrpe|5900 vnc|5901 vnc|5984 couchdb|5985 wsman|5986 wsmans|6379 redis
6443 sun-sr-https|7000 http|7443 https|8000 http|8001 http|8006 https|8008 http|8080 http-proxy|8081 http|8088 http|8089 https
8291 winbox|8333 http|8443 https-alt|8444 https|8728 mikrotik-api|8729 mikrotik-api-ssl|8883 secure-mqtt|8888 http|9000 http|9090 http
9100 jetdirect|9101 jetdirect|9102 jetdirect|9103 jetdirect|9104 jetdirect|9105 jetdirect|9106 jetdirect|9107 jetdirect|9108 jetdirect
9109 jetdirect|9110 jetdirect|9111 jetdirect|9112 jetdirect|9200 http|9443 https|10000 http|10050 zabbix-agent|10443 https
16992 amt-soap-http|27017 mongodb|32400 plex|37777 dahua|44818 ethernetip|50000 ibm-db2
"""

_BY_NUMBER = {int(number): name for number, _, name in (pair.partition(" ") for pair in _NAMES.replace("\n", "|").strip("|").split("|"))}


def usual_name(port: int) -> str:
    """Empty where nothing is usual."""
    return _BY_NUMBER.get(port, "")
