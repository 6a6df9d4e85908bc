"""The version that a change was made on: asked for as soon as there is something to change."""

from api.kit.problems import PreconditionRequired, Stale


def require_match(if_match: str | None, version: int | None) -> None:
    """Refuse a change made on another version than ``version`` (None: nothing is there yet).

    Raises PreconditionRequired when no version is told, Stale on another one.
    """
    if not if_match:
        if version is not None:
            raise PreconditionRequired
    elif version is None or if_match != etag(version):
        raise Stale


def etag(version: int) -> str:
    """The ETag of a version."""
    return f'"{version}"'
