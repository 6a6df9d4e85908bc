"""Types of fields: how a value is accepted from outside, kept in the database and given back.

Nothing enters but through these: a validator accepts exactly one spelling of each value, so that
``true`` never becomes 1 nor ``0`` a day of 1970 (docs/decisions/0006).
"""

import re
import time
import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from secrets import randbits
from typing import Annotated, Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from pydantic import BeforeValidator, GetCoreSchemaHandler, PlainSerializer, WithJsonSchema
from pydantic_core import CoreSchema, core_schema
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

# Constraints have names on both engines, so that a migration can speak of them; before any table.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLModel's stub wants the class of a column type where it accepts an instance, hence Any.
Json: Any = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

BigId: Any = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

MAX_EUROS = Decimal("100000000000000")
MAX_HOURS = Decimal(1_000_000)
_QUARTER = Decimal("0.25")
_DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?", re.ASCII)
_MONTH = re.compile(r"[1-9][0-9]{3}-(0[1-9]|1[0-2])", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
# Tab, line feed and carriage return are text; other control characters and halves of surrogate
# pairs are not, and PostgreSQL refuses NUL.
_UNTEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


E_ = TypeVar("E_", bound=StrEnum)


def text_enum(enum: type[E_], length: int = 60) -> Any:
    """Keep an enum by its value in a VARCHAR, so that a new member needs no migration."""
    return sa.Enum(
        enum,
        native_enum=False,
        validate_strings=True,
        create_constraint=False,
        length=length,
        values_callable=lambda members: [member.value for member in members],
    )


def clean_text(value: object) -> object:
    """Trim and normalise (NFC) a text; refuse what no database can hold.

    Raises ValueError (French) on control characters and lone surrogates.
    """
    if not isinstance(value, str):
        return value
    if _UNTEXT.search(value):
        raise ValueError("contient des caractères invisibles interdits : effacez-les.")
    return unicodedata.normalize("NFC", value).strip()


def _decimal(value: object, places: int, example: str) -> object:
    if value is None or isinstance(value, Decimal):
        return value
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
        raise ValueError(f"n’est pas un nombre. Exemple attendu : « {example} ».")
    number = Decimal(value)
    if number != round(number, places):
        raise ValueError(f"a plus de {places} décimales. Exemple attendu : « {example} ».")
    return number


def _euros(value: object) -> object:
    number = _decimal(value, 2, "12000.50")
    if isinstance(number, Decimal) and abs(number) > MAX_EUROS:
        raise ValueError("dépasse cent mille milliards d’euros.")
    return number


def _share(value: object) -> object:
    number = _decimal(value, 6, "0.05")
    if isinstance(number, Decimal) and not 0 <= number <= 1:
        raise ValueError("n’est pas compris entre 0 et 1.")
    return number


def _day(value: object) -> object:
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("n’est pas une date. Exemple attendu : « 2026-11-20 ».")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise ValueError("est une date qui n’existe pas.") from error


def _whole(value: object) -> object:
    if isinstance(value, bool) or not (value is None or isinstance(value, int)):
        raise ValueError("n’est pas un nombre entier.")
    return value


def _flag(value: object) -> object:
    if value is not None and not isinstance(value, bool):
        raise ValueError("n’est ni vrai ni faux.")
    return value


def _siret(value: object) -> object:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{14}", value, re.ASCII):
        raise ValueError("n’est pas un SIRET (14 chiffres).")
    return value


def _hours(value: object) -> object:
    number = _decimal(value, 2, "7.25")
    if isinstance(number, Decimal) and number % _QUARTER:
        raise ValueError("n’est pas un nombre de quarts d’heure. Exemple attendu : « 7.25 ».")
    if isinstance(number, Decimal) and abs(number) > MAX_HOURS:
        raise ValueError("dépasse un million d’heures.")
    return number


def _month(value: object) -> object:
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    if not isinstance(value, str) or not _MONTH.fullmatch(value):
        raise ValueError("n’est pas un mois. Exemple attendu : « 2026-03 ».")
    return date(int(value[:4]), int(value[5:]), 1)


def to_quarters(hours: Decimal) -> int:
    """Hours of the outside as whole quarter-hours: 7.25 -> 29."""
    return int(hours * 4)


def to_hours(quarters: int) -> Decimal:
    """Whole quarter-hours as hours for the outside: 29 -> 7.25."""
    return Decimal(quarters) / 4


def to_cents(euros: Decimal) -> int:
    """Euros of the outside as whole cents: 12.34 -> 1234."""
    return int(euros * 100)


def to_euros(cents: int) -> Decimal:
    """Whole cents as euros for the outside: 1234 -> 12.34."""
    return Decimal(cents) / 100


def to_millionths(share: Decimal) -> int:
    """A share of the outside, 0 to 1, as whole millionths: 0.05 -> 50000."""
    return int(share * 1_000_000)


def to_share(millionths: int) -> Decimal:
    """Whole millionths as a share for the outside: 50000 -> 0.05."""
    return Decimal(millionths) / 1_000_000


def plain(number: Decimal) -> str:
    """A decimal without exponent: ``12000.5`` and never ``1.2E+4``."""
    return f"{number:f}"


def euros_text(cents: int) -> str:
    """Cents as a decimal string of euros with two places: 1234 -> "12.34"."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


Euros = Annotated[
    Decimal,
    BeforeValidator(_euros),
    PlainSerializer(lambda v: f"{v:.2f}", return_type=str, when_used="json-unless-none"),
    WithJsonSchema({"type": "string", "pattern": r"^-?[0-9]{1,15}(\.[0-9]{1,2})?$"}),
]
Share = Annotated[
    Decimal,
    BeforeValidator(_share),
    PlainSerializer(plain, return_type=str, when_used="json-unless-none"),
    WithJsonSchema({"type": "string", "pattern": r"^(0|1|0\.[0-9]{1,6}|1\.0{1,6})$"}),
]
Hours = Annotated[
    Decimal,
    BeforeValidator(_hours),
    PlainSerializer(lambda v: f"{v:.2f}", return_type=str, when_used="json-unless-none"),
    WithJsonSchema({"type": "string", "pattern": r"^-?[0-9]{1,7}(\.(0|00|25|5|50|75))?$"}),
]
Month = Annotated[
    date,
    BeforeValidator(_month),
    PlainSerializer(lambda v: f"{v:%Y-%m}", return_type=str, when_used="json-unless-none"),
    WithJsonSchema({"type": "string", "pattern": "^[1-9][0-9]{3}-(0[1-9]|1[0-2])$"}),
]
Day = Annotated[date, BeforeValidator(_day)]
Whole = Annotated[int, BeforeValidator(_whole)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Text = Annotated[str, BeforeValidator(clean_text)]
Siret = Annotated[
    str, BeforeValidator(_siret), WithJsonSchema({"type": "string", "pattern": "^[0-9]{14}$"})
]


_KEY = re.compile(r"[a-z_]{1,40}", re.ASCII)


def _document(value: object) -> object:
    """A JSON object whose keys are words and whose texts a database can hold, however deep."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if not all(isinstance(key, str) and _KEY.fullmatch(key) for key in one):
                raise ValueError("a une clé qui n’est pas un mot du format.")
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, str) and _UNTEXT.search(one):
            raise ValueError("contient des caractères invisibles interdits : effacez-les.")
    return value


Document = Annotated[dict[str, Any], BeforeValidator(_document)]


class OneOf:
    """A text taken from a closed list of official labels, spelt exactly."""

    def __init__(self, labels: tuple[str, ...]) -> None:
        self.labels = labels

    def __get_pydantic_core_schema__(
        self, _source: object, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.literal_schema(list(self.labels))


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)


def new_id() -> UUID:
    """A UUID of version 7 (RFC 9562): ordered by time, so that indexes grow at one end."""
    stamp, drawn = time.time_ns() // 1_000_000, randbits(74)
    return UUID(
        int=stamp << 80 | 0x7 << 76 | drawn >> 62 << 64 | 0b10 << 62 | drawn & (1 << 62) - 1
    )


class Identified(SQLModel):
    """What every row that has an address carries."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    created_at: datetime = Field(default_factory=now)
    updated_at: datetime = Field(default_factory=now)


def changes(data: SQLModel) -> dict[str, Any]:
    """The fields that a PATCH body really holds."""
    return data.model_dump(exclude_unset=True)
