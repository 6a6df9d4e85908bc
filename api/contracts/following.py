"""Who is told that a contract came, changed or went: concepts above it register here.

As for closings (``app.state.on_closed``), contracts know nothing of what stands on them. Imports
tell theirs once for the whole file (api.imports).
"""

from collections.abc import Callable, Collection, Iterable
from typing import Final
from uuid import UUID

from sqlmodel import Session

Follower = Callable[[Session, UUID, Collection[UUID]], object]
Waiter = Callable[[Session, Collection[UUID]], object]
# What joins spending to a contract; the number of a contract never changes.
LOOKED_AT: Final = frozenset({"suppliers", "notified_on", "starts_on", "months", "amendments"})
_followers: list[Follower] = []
_waiters: list[Waiter] = []


def register(follower: Follower, waiter: Waiter) -> None:
    """Have ``follower(session, buyer_id, contract_ids)`` called after each change, once.

    ``waiter(session, buyer_ids)`` is called before a contract is removed, which moves what stands
    on it: the follower takes there the turn that it needs.
    """
    if follower not in _followers:
        _followers.append(follower)
        _waiters.append(waiter)


def wait(session: Session, buyer_id: UUID) -> None:
    """Wait for what stands on the contracts of a buyer to be ours to move."""
    for waiter in _waiters:
        waiter(session, [buyer_id])


def tell(session: Session, buyer_id: UUID, contract_ids: Collection[UUID]) -> None:
    """Tell every follower of contracts of a buyer that are written, or removed."""
    for follower in _followers:
        follower(session, buyer_id, contract_ids)


def concerns(changed: Iterable[str]) -> bool:
    """Tell whether the changes of these facts may move what stands on the contract."""
    return not LOOKED_AT.isdisjoint(changed)
