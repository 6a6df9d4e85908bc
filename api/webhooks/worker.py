"""The sender of webhooks: once, or again and again."""

import time

from sqlalchemy.exc import OperationalError

from api.kit.db import Engines
from api.settings import Settings
from api.webhooks.delivering import deliver


def run(engines: Engines, settings: Settings, every: int) -> None:
    """Send what is due; then, unless ``every`` is 0, again after so many seconds, without end."""
    while True:
        try:
            done = deliver(engines, settings.signing_key, settings.reach)
        except OperationalError:
            # A database that restarts, or that a long import holds: nothing is lost, it is due.
            if not every:
                raise
            print("La base ne répond pas : nouvel essai plus tard.", flush=True)  # noqa: T201 - the command line answers on the terminal
            time.sleep(every)
            continue
        if not every or done.sent or done.failed:
            print(f"{done.sent} livraisons envoyées, {done.failed} en échec.", flush=True)  # noqa: T201 - the command line answers on the terminal
        if not every:
            return
        time.sleep(every)
