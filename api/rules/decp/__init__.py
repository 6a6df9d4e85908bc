"""The French format of essential procurement data (DECP): reading, writing, publication rules.

The keys and labels of the format live in this package only; the rest of the project knows
``api.rules.records``.
"""

from api.rules.decp.consolidation import (
    lasting_drops,
    passing_drops,
    would_be_altered,
    would_be_dropped,
)
from api.rules.decp.deadlines import publication_deadline
from api.rules.decp.identifiers import has_siret_shape, siret_key_is_right
from api.rules.decp.publishing import missing_for_publication
from api.rules.decp.raw import RawRow, read
from api.rules.decp.reading import read_row
from api.rules.decp.writing import write
from api.rules.decp.xml_decoding import UnreadableXmlError
from api.rules.decp.xml_reading import xml_rows
from api.rules.records import ContractRecord

__all__ = [
    "RawRow",
    "UnreadableXmlError",
    "has_siret_shape",
    "lasting_drops",
    "missing_for_publication",
    "passing_drops",
    "publication_deadline",
    "read",
    "read_row",
    "siret_key_is_right",
    "uid",
    "would_be_altered",
    "would_be_dropped",
    "write",
    "xml_rows",
]


def uid(record: ContractRecord) -> str:
    """The national identifier of a contract: the SIRET of the buyer then the reference, raw."""
    return record.buyer_siret + record.reference
