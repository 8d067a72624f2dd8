"""telnetlib3 on asyncio: its server as it comes, with a shell of ours.

Modes, greeting and the word to the runner are those of control.mjs. The name is not telnetlib3.py, since Python would
then import this file for the package.
"""

import asyncio
import gc
import json
import os
import resource
import sys
import threading

import telnetlib3

MODE = sys.argv[1]
GREETING = "ready\r\n"
everybody = set()


async def serve(reader, writer):
    """Greet, then give back what comes, or give each line to everybody."""
    writer.write(GREETING if MODE == "text" else GREETING.encode())
    try:
        await (broadcast if MODE == "broadcast" else echo)(reader, writer)
    except ConnectionResetError:
        pass  # The load leaves without a word when it has what it came for.
    writer.close()


async def echo(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()


async def broadcast(reader, writer):
    everybody.add(writer)
    rest = b""
    try:
        while data := await reader.read(65536):
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                for other in everybody:
                    other.write(line + b"\n")
    finally:
        everybody.discard(writer)


def obey():
    """Collect garbage for each line that comes, and end with the input."""
    for line in sys.stdin:
        gc.collect()
        print(json.dumps({"done": line.strip()}), flush=True)
    os._exit(0)


async def main():
    server = await telnetlib3.create_server(
        host="127.0.0.1",
        port=0,
        shell=serve,
        encoding="utf8" if MODE == "text" else False,
    )
    port = server.sockets[0].getsockname()[1]
    print(json.dumps({"port": port}), flush=True)
    threading.Thread(target=obey, daemon=True).start()
    await server.wait_closed()


limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
asyncio.run(main())
