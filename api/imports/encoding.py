"""The record of a contract as JSON, of which digests are kept: what is said of it, nothing more."""

import re

import msgspec

from api.rules.records import ContractRecord

_ENCODER = msgspec.json.Encoder()
# What the register knows of a company, no part of what is said of the contract. Nothing between
# quotes is met: a quote inside of a text is written after a backslash.
_OF_THE_REGISTER = re.compile(rb',"sole_trader":(?:null|true|false)')


def encoded(record: ContractRecord) -> bytes:
    """The record as JSON, the same whatever is known of its companies besides.

    Digests of it are kept for years (``contract.imported_hash``, lines of spreadsheets): what is
    added to records must not change the form of those that do not say it.
    """
    return _OF_THE_REGISTER.sub(b"", _ENCODER.encode(record))
