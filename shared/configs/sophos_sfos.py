"""Sophos Firewall (SFOS): ``Entities.xml`` of Backup & firmware > Import export, or what the XML API answers to a Get.

SFOS 18 to 21; see ``shared.configs.sfos``. Over SSH there is no whole configuration.
"""

import re

from shared.configs import Kept
from shared.configs.leaf_account import account, parts
from shared.configs.leaf_secrets import VALUE_RULE, cleaner
from shared.configs.pf.root import first_element
from shared.configs.reading import Reading
from shared.configs.secrets import Redactor, SecretRules, rule
from shared.configs.sfos.box import Box
from shared.configs.sfos.nat import read_nat
from shared.configs.sfos.network import read_network
from shared.configs.sfos.objects import read_objects
from shared.configs.sfos.rules import read_rules
from shared.configs.sfos.system import read_system, read_ways_in
from shared.configs.sfos.tunnels import read_tunnels
from shared.configs.xml_tree import Element, parse

PLATFORM = "sophos_sfos"
TITLE = "Sophos Firewall (SFOS)"
EXPERIMENTAL = True
RULES_SEE = "public"
SECRETS = SecretRules(
    (
        rule(
            r"(?:^|/)(?:\w*Password|PresharedKey|PreSharedKey|PSK|\w*Passphrase|SharedSecret|\w*Secret|SecretKey|Community|CommunityString|Passkey"
            r"|AuthPassword|PrivPassword|EncryptionPassword|WPA2?Key|\w*PSK|LicenseKey|UnlockCode|PIN|OTPSecret)$"
        ),
        rule(r"(?:^|/)(?:PrivateKey|RSAKey|LocalRSAKey|APIKey|\w*AuthToken|AuthorizationKey|TunnelKey|\w*PrivateKey\w*|SSMK)$", "key"),
        rule(r"(?:^|/)SNMPCommunity/Name$", "community"),
        VALUE_RULE,
    ),
    public=(re.compile(r"(?:^|/)(?:RemoteRSAKey|KeyLifetime|Keysize|hashform|transactionid|PasswordComplexity\w*|PublicKey)$"),),
)
VOLATILE = (re.compile(r"^\s*<Status>Connected, .*</Status>$"),)
_ROOTS = ("Configuration", "Response", "Request", "Set")
_SIGNS = re.compile(
    r"<(?:FirewallRule|NATRule|IPHost|IPHostGroup|FQDNHost|Services|ServiceGroup|Zone|VPNIPSecConnection|UnicastRoute|LocalServiceACL|AdminSettings"
    r"|SSLTunnelAccessSettings|DHCPServer|WebFilterPolicy|FirewallRuleGroup|ApplicationFilterPolicy|Interface)[\s>/]"
)
_PARTS = parts(
    {
        "the API's own words": "Login Status Get Remove",
        "groups of rules": "FirewallRuleGroup SSLTLSInspectionRule SSLTLSInspectionSettings",
        "schedules": "Schedule AccessTimePolicy SurfingQuotaPolicy DataTransferPolicy",
        "web protection": "WebFilterPolicy WebFilterCategory WebFilterURLGroup WebFilterException WebFilterSettings "
        "WebFilterAdvancedSettings "
        "WebFilterNotificationSettings WebFilterProtectionSettings UserActivity FileType SearchEngine ProxySetting HTTPProxy ParentProxy "
        "DefaultWebFilterNotificationSettings",
        "application control": "ApplicationFilterPolicy ApplicationFilterCategory ApplicationClassification ApplicationObject "
        "SynchronizedAppControl "
        "CloudAccess",
        "intrusion prevention": "IPSPolicy IPSCustomSignature IPSSwitch IPSFullSignaturePack DoSSettings DoSBypassRules SpoofPrevention "
        "ATP "
        "AdvancedThreatProtection ThreatFeeds MDR",
        "traffic shaping": "QoSPolicy QoSSettings TrafficShapingPolicy",
        "mail protection": "SMTPPolicy MTAAddressGroup AntiVirusMailSMTPScanningRules AntiSpamRules EmailConfiguration MTADataControlList "
        "SPXConfiguration SPXTemplates AntiVirusMailPOPIMAPScanningRules RelaySettings MTASPXConfiguration POPIMAPScanningPolicy "
        "AVASAddressGroup "
        "AntiSpamTrustedDomain MtaBlockedSenders",
        "web server protection": "WebServer ProtectionPolicy FormTemplate WAFTLS WebApplicationAuthPolicies ReverseAuthentication "
        "WAFSlowHTTP",
        "wireless": "WirelessNetworks WirelessAccessPoint WirelessGrouping WirelessMeshNetworks WirelessProtectionGlobalSettings Hotspot "
        "HotspotVoucher RogueAPScan",
        "sign-in": "AuthenticationServer FirewallAuthentication AdminAuthentication VPNAuthentication SSLVPNAuthentication "
        "WebAuthentication "
        "UserGroup ClientlessUser GuestUser GuestUserSettings OTPSettings OTPTokens STAS CaptivePortal AzureADSSO UserPortalAuthentication "
        "RADIUSSSO ChromebookSSO ClientDownloads DirectWebProxyUserAuthentication",
        "administrators' profiles": "AdministrationProfile",
        "certificates": "Certificate CertificateAuthority SelfSignedCertificateAuthority CRL ACME",
        "proposals": "VPNProfile IPSecProfile IPSecPolicy IPsecProfiles",
        "other tunnels": "SophosConnectClient L2TPConfiguration L2TPConnection PPTPConfiguration SiteToSiteServer SiteToSiteClient "
        "GRETunnel "
        "VPNIPSecConnection/Active VPNIPSecConnection/DeActive ClientlessPolicy BookMark BookMarkGroup IPTunnel SSLBookmark "
        "SSLBookmarkGroup CiscoVPN",
        "dynamic routing": "OSPF OSPFv3 BGP RIP PIMDynamicRouting MulticastRoute RoutingInformation",
        "policy routes": "SDWANPolicyRoute PolicyRoute SDWANProfile RoutePrecedence GatewayHost",
        "gateways": "Gateway GatewayConfiguration WANLinkManager FailoverRule",
        "high availability": "HAConfigure HA",
        "DNS": "DNSHostEntry DNSRequestRoute DynamicDNS",
        "IPv6": "DHCPServerIPv6 DHCPv6Server RouterAdvertisement IPv6Tunnel DHCPServerV6",
        "static neighbours": "ARPConfiguration ARPFlux ARP",
        "SNMP": "SNMPAgentConfiguration SNMPCommunity SNMPv3User",
        "logging and reports": "SyslogServers Syslog LogSettings Reports Notification NotificationList CustomReports ReportSettings "
        "DataAnonymization "
        "AntiVirusReports CentralReporting",
        "system settings": "AdminSettings Time BackupRestore CentralManagement Firmware Hotfix PatternDownload Licensing SupportAccess "
        "SystemServices "
        "RED REDDevice ThirdPartyFeed WebAdminSettings SystemModules ProtocolSecurity MalwareProtection ZeroDayProtection SandboxSettings "
        "SecurityHeartbeat Messages IPFIX NetFlow TerminalServerAgent",
        "default users' settings": "UserGroupNode DefaultCaptivePortal",
    }
)


def looks_like(text: str) -> bool:
    return first_element(text) in _ROOTS and bool(_SIGNS.search(text))


def read(text: str, redactor: Redactor) -> Kept:
    root = first_element(text)
    tree = parse(text, root if root in _ROOTS else "Configuration", cleaner(redactor, SECRETS))
    reading = Reading(vendor="Sophos", os="SFOS", complete=not tree.stopped)
    if tree.stopped:
        reading.warnings.append(f"the text ends early or is damaged ({tree.stopped}): what follows was neither read nor kept")
    box = Box(tree, reading, _entities(tree.root))
    for part in (read_objects, read_network, read_system, read_rules, read_nat, read_tunnels, read_ways_in):
        part(box)
    if tree.root.tag == "Request" or any(child.tag == "Configuration" for child in tree.root.children):
        _lift(tree.root)
    account(reading, tree, _PARTS)
    return Kept(reading, tree.text())


def _entities(root: Element) -> dict[str, list[Element]]:
    """By name. An answer that says that there are none (``No. of records Zero.``) is no entity."""
    found: dict[str, list[Element]] = {}
    for holder in _holders(root):
        for entity in holder.children:
            if entity.complete and not (len(entity.children) == 1 and entity.children[0].tag == "Status"):
                found.setdefault(entity.tag, []).append(entity)
    return found


def _holders(root: Element) -> list[Element]:
    inner = [child for child in root.children if child.tag in ("Set", "Configuration")]
    return [root, *inner] if inner and root.tag in ("Request", "Response", "Set") else [root]


def _lift(root: Element) -> None:
    """What stands within ``Set`` is accounted for as if it stood on top."""
    root.children = [entity for child in root.children for entity in (child.children if child.tag in ("Set", "Configuration") else [child])]
