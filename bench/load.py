"""A load of keep-alive connections on loopback, cheap enough not to be what is measured."""

import asyncio
import sys
import time

CONNECTIONS = 16


async def _connection(port: int, requests: list[bytes], until: float, counts: list[int]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    number = 0
    while time.perf_counter() < until:
        writer.write(requests[number % len(requests)])
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise AssertionError(head.decode())
        length = head.lower().split(b"content-length:")[1].split(b"\r\n")[0]
        await reader.readexactly(int(length))
        number += 1
    counts.append(number)
    writer.close()


async def _load(port: int, requests: list[bytes], seconds: float) -> float:
    counts: list[int] = []
    start = time.perf_counter()
    await asyncio.gather(
        *(_connection(port, requests, start + seconds, counts) for _ in range(CONNECTIONS))
    )
    return sum(counts) / (time.perf_counter() - start)


def main(port: str, seconds: str, authorization: str, *paths: str) -> None:
    """Print the requests per second that a server answers, all of them with 200."""
    header = f"Authorization: {authorization}\r\n" if authorization else ""
    requests = [
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{header}\r\n".encode() for path in paths
    ]
    print(asyncio.run(_load(int(port), requests, float(seconds))))


if __name__ == "__main__":
    main(*sys.argv[1:])
