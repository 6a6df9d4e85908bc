"""The French format of essential procurement data (DECP): reading, writing, publication rules.

The keys and labels of the format live in this package only; the rest of the project knows
``api.rules.records``.
"""

from api.rules.decp.identifiers import has_siret_shape, siret_key_is_right
from api.rules.decp.publishing import missing_for_publication
from api.rules.decp.reading import read_row
from api.rules.decp.writing import write
from api.rules.records import ContractRecord

__all__ = [
    "has_siret_shape",
    "missing_for_publication",
    "read_row",
    "siret_key_is_right",
    "uid",
    "write",
]


def uid(record: ContractRecord) -> str:
    """The national identifier of a contract: the SIRET of the buyer then the reference, raw."""
    return record.buyer_siret + record.reference
