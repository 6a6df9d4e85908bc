"""What the open-data files say of where they are served."""

from dataclasses import dataclass

from api.settings import Settings


@dataclass(frozen=True)
class Site:
    """``url``: the public address, without final slash. ``ocds_prefix``: the one that the Open
    Contracting Partnership gave to who runs this, None while OCDS is not published."""

    url: str = "http://localhost:8000"
    ocds_prefix: str | None = None


def site_of(settings: Settings) -> Site:
    """The site as it is set."""
    return Site(settings.site_url.rstrip("/"), settings.ocds_prefix)
