"""Python's telnetlib performs conversations, one line of JSON each, and tells what each call returned and left behind."""

import json
import sys
import warnings

warnings.simplefilter("ignore")
from telnetlib import Telnet  # noqa: E402


def state(telnet):
    return [telnet.cookedq.hex(), bool(telnet.eof), telnet.iacseq.hex(), telnet.sb, telnet.sbdataq.hex()]


def call(telnet, name, arguments):
    if name == "next":
        telnet.control.write(b"n")
        # It says so when what was asked for is on the other connection.
        return telnet.control.read_some().hex()
    if name == "write":
        return telnet.write(bytes.fromhex(arguments[0]))
    if name == "read_until":
        return telnet.read_until(bytes.fromhex(arguments[0]), arguments[1]).hex()
    if name == "expect":
        expressions = [expression.encode("latin-1") for expression in arguments[0]]
        index, match, text = telnet.expect(expressions, arguments[1])
        return [index, match and match.group(0).hex(), text.hex()]
    result = getattr(telnet, name)()
    return result.hex() if isinstance(result, bytes) else result


def converse(port, conversation):
    told = []
    control = Telnet("127.0.0.1", port, 10)
    control.read_some()
    telnet = Telnet("127.0.0.1", port, conversation["timeout"])
    telnet.control = control
    if conversation["callback"]:
        telnet.set_option_negotiation_callback(
            lambda sock, command, option: told.append(["called", command[0], option[0], telnet.read_sb_data().hex()])
        )
    for name, *arguments in conversation["calls"]:
        try:
            result = call(telnet, name, arguments)
        except EOFError:
            result = "EOFError"
        except TimeoutError:
            result = "TimeoutError"
        told.append([name, result, state(telnet)])
    # Closed with something unread the socket would send a reset, and what was said last would be lost.
    telnet.sock.settimeout(0)
    try:
        while telnet.sock.recv(65536):
            pass
    except OSError:
        pass
    telnet.close()
    control.close()
    return told


port = int(sys.argv[1])
for line in sys.stdin:
    print(json.dumps(converse(port, json.loads(line))), flush=True)
