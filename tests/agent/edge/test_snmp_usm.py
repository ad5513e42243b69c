"""Keys and ciphers of SNMP v3 against the RFC's own examples and against pysnmp. That real agents agree: ``test_session_v3``."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pysnmp.proto.rfc1902 import OctetString
from pysnmp.proto.secmod.rfc3414 import service

from agent.edge import SnmpAuth, SnmpLogin, SnmpPrivacy
from agent.edge.snmp_ber import BerError
from agent.edge.snmp_usm import decrypt, encrypt, is_signed, keys, signed
from shared.secret import Secret

MAPLESYRUP = Secret("maplesyrup")
ENGINE = bytes(11) + b"\x02"


def login(auth: SnmpAuth, privacy: SnmpPrivacy = "") -> SnmpLogin:
    return SnmpLogin("3", user="u", auth=auth, auth_password=MAPLESYRUP, privacy=privacy, privacy_password=MAPLESYRUP if privacy else None)


@pytest.mark.parametrize(
    ("auth", "key"),
    [("MD5", "526f5eed9fcce26f8964c2930787d82b"), ("SHA", "6695febc9288e36282235fc7151f128497b38f3f")],
)
def test_rfc_3414_appendix_a3(auth: SnmpAuth, key: str) -> None:
    assert keys(login(auth), ENGINE).auth.hex() == key


IN_PYSNMP = {
    "DES": "Des",
    "AES": "Aes",
    "AES-192": "AesBlumenthal192",
    "AES-256": "AesBlumenthal256",
    "AES-192-C": "Aes192",
    "AES-256-C": "Aes256",
}
"""What its classes are called."""


@pytest.mark.parametrize("privacy", IN_PYSNMP)
@pytest.mark.parametrize("auth", ["MD5", "SHA", "SHA-224", "SHA-256", "SHA-384", "SHA-512"])
def test_pysnmp_makes_the_same_keys(auth: SnmpAuth, privacy: SnmpPrivacy) -> None:
    privacies = {type(each).__name__: each for each in service.SnmpUSMSecurityModel.PRIV_SERVICES.values()}
    numbers = {"MD5": 2, "SHA": 3, "SHA-224": 4, "SHA-256": 5, "SHA-384": 6, "SHA-512": 7}
    protocol = (1, 3, 6, 1, 6, 3, 10, 1, 1, numbers[auth])
    signing, hiding = service.SnmpUSMSecurityModel.AUTH_SERVICES[protocol], privacies[IN_PYSNMP[privacy]]
    engine = OctetString(ENGINE)
    theirs_auth = signing.localize_key(signing.hash_passphrase(b"maplesyrup"), engine)
    theirs = hiding.localize_key(protocol, hiding.hash_passphrase(protocol, b"maplesyrup"), engine)
    ours = keys(login(auth, privacy), ENGINE)
    assert (ours.auth, ours.privacy) == (bytes(theirs_auth), bytes(theirs))


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(list(IN_PYSNMP)), st.binary(max_size=200), st.integers(0, 2**31 - 1), st.integers(0, 2**31 - 1))
def test_what_is_encrypted_is_decrypted(privacy: SnmpPrivacy, plain: bytes, boots: int, time_s: int) -> None:
    key = keys(login("SHA-256", privacy), ENGINE).privacy
    encrypted, salt = encrypt(privacy, key, boots, time_s, plain)
    back = decrypt(privacy, key, boots, time_s, encrypted, salt)
    assert back[: len(plain)] == plain and len(back) - len(plain) < 8
    again, other_salt = encrypt(privacy, key, boots, time_s, plain)
    assert salt != other_salt and (again != encrypted or not plain)


@pytest.mark.parametrize(("encrypted", "salt"), [(bytes(7), bytes(8)), (bytes(8), bytes(7)), (bytes(8), b"")])
def test_what_is_encrypted_in_another_way_is_refused(encrypted: bytes, salt: bytes) -> None:
    with pytest.raises(BerError):
        decrypt("DES", bytes(16), 1, 1, encrypted, salt)


@pytest.mark.parametrize(("auth", "size"), [("MD5", 12), ("SHA", 12), ("SHA-224", 16), ("SHA-256", 24), ("SHA-384", 32), ("SHA-512", 48)])
def test_a_signature_covers_the_whole_message(auth: SnmpAuth, size: int) -> None:
    key = keys(login(auth), ENGINE).auth
    message = signed(auth, key, b"before" + bytes(size) + b"after", 6)
    found = message[6 : 6 + size]
    assert found != bytes(size) and is_signed(auth, key, message, 6, found)
    assert not is_signed(auth, key, message[:-1] + b"R", 6, found)
    assert not is_signed(auth, key, message, 6, found[:-1])


def test_keys_do_not_print() -> None:
    assert repr(keys(login("SHA"), ENGINE)) == "Keys(***)"
