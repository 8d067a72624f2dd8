"""Either end of telnetlib3, as the other end wants it: `telnetlib3-peer.py server|client PORT [compression]`.

Each line that comes tells what to do with the protocol; `facts` is answered by what this end believes, in JSON.
"""

import asyncio
import json
import sys

import telnetlib3
from telnetlib3 import telopt

NAMES = "BINARY ECHO SGA STATUS TTYPE TSPEED XDISPLOC NAWS NEW_ENVIRON LFLOW LINEMODE EOR SNDLOC CHARSET".split()
OPTIONS = {getattr(telopt, name): name for name in NAMES}


def believed(options):
    return sorted(OPTIONS[option] for option, on in options.items() if on and option in OPTIONS)


def mask_length(writer):
    mask = getattr(writer, "forwardmask", None)
    return None if mask is None else len(getattr(mask, "value", mask))


def facts(writer):
    told = ("TERM", "cols", "rows", "tspeed", "xdisploc")
    return {
        "local": believed(writer.local_option),
        "remote": believed(writer.remote_option),
        "told": {key: writer.get_extra_info(key) for key in told},
        "edit": writer.linemode.local,
        "characters": len(writer.slctab),
        "mask": mask_length(writer),
    }


def act(writer, word, name):
    if word in ("do", "dont", "will", "wont"):
        writer.iac(getattr(telopt, word.upper()), getattr(telopt, name))
    elif word == "send":
        writer.send_iac(telopt.IAC + getattr(telopt, name))
    elif word == "edit":
        writer.request_linemode_change(edit=True, trapsig=True)
    elif word == "forwardmask":
        writer.request_forwardmask()
    elif word == "flow":
        writer.xon_any = True
        writer.send_lineflow_mode()
    elif word == "status":
        writer.request_status()
    elif word == "facts":
        writer.write(json.dumps(facts(writer)))
    writer.write("\r\n")


async def shell(reader, writer):
    writer.write("ready\r\n")
    while line := await reader.readline():
        word, _, name = line.strip().partition(" ")
        if word:
            act(writer, word, name)


async def main(end, port, compression=None):
    if end == "server":
        server = await telnetlib3.create_server(host="127.0.0.1", port=port, shell=shell, connect_maxwait=1, compression=compression)
        print("Server ready", file=sys.stderr, flush=True)
        await server.wait_closed()
    else:
        reader, writer = await telnetlib3.open_connection(
            "127.0.0.1",
            port,
            shell=shell,
            term="vt220",
            cols=93,
            rows=31,
            tspeed=(19200, 9600),
            xdisploc="host:0.1",
            compression=compression,
        )
        print("Client ready", file=sys.stderr, flush=True)
        await writer.protocol.waiter_closed


asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3:] == ["compression"] or None))
