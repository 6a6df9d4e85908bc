"""Seals short texts, each with a key of its own, and hashes them with a key: bytes in, bytes out.

AES-256-GCM (NIST SP 800-38D) under a key drawn by HKDF-SHA256 (RFC 5869) from the master and the
row, so that no nonce is ever used twice under one key by chance.
"""

import hmac
from hashlib import sha256
from os import urandom

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

# The first byte of what is sealed: another way or another master takes another number, and what
# was sealed before still says how to open it.
VERSION = 1
_NONCE = 12
_TAG = 16
# The length of what is sealed tells nothing finer than this many bytes.
_BLOCK = 128


class BrokenSealError(Exception):
    """What is sealed doesn't open: another key, another row, or bytes that were touched."""


def seal(master: bytes, plain: bytes, *, row: bytes, owner: bytes) -> bytes:
    """Seal ``plain`` for one ``row`` of one ``owner``: version, nonce, then text and tag."""
    header, nonce = bytes([VERSION]), urandom(_NONCE)
    padded = _padded(plain)
    key = _key(master, row, b"spaser row v1")
    return header + nonce + AESGCM(key).encrypt(nonce, padded, _bound(header, row, owner))


def unseal(master: bytes, sealed: bytes, *, row: bytes, owner: bytes) -> bytes:
    """What ``seal`` was given.

    Raises BrokenSealError on another master, row or owner, or on the least bit changed.
    """
    if len(sealed) < 1 + _NONCE + _TAG or sealed[0] != VERSION:
        raise BrokenSealError
    header, nonce, rest = sealed[:1], sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
    try:
        key = _key(master, row, b"spaser row v1")
        padded = AESGCM(key).decrypt(nonce, rest, _bound(header, row, owner))
    except InvalidTag as error:
        raise BrokenSealError from error
    return padded[2 : 2 + int.from_bytes(padded[:2])]


def keyed_hash(master: bytes, text: str) -> str:
    """HMAC-SHA256 of a text, in hexadecimal: equal texts match, and only under the same master."""
    key = _key(master, b"", b"spaser lookup v1")
    return hmac.new(key, text.encode(), sha256).hexdigest()


def _key(master: bytes, salt: bytes, use: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=use).derive(master)


def _bound(header: bytes, row: bytes, owner: bytes) -> bytes:
    return header + row + owner


def _padded(plain: bytes) -> bytes:
    whole = len(plain).to_bytes(2) + plain
    return whole.ljust(-(-len(whole) // _BLOCK) * _BLOCK, b"\0")
