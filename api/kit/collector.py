"""Python's collector of cycles, where rows by the hundred thousand are read."""

import gc


def spare_the_collector() -> None:
    """Tell Python's collector of cycles to look less often: rows make none.

    Otherwise it looks at every module again and again, for a good part of a long import.
    """
    gc.freeze()
    gc.set_threshold(1_000_000, 20, 20)
