"""Reads record by record to the end with Python's telnetlib, and tells how many there were."""

import sys
import warnings

warnings.simplefilter("ignore")
from telnetlib import Telnet  # noqa: E402

mark = sys.argv[2].encode()
telnet = Telnet("127.0.0.1", int(sys.argv[1]))
records = 0
while telnet.read_until(mark) != b"end" + mark:
    records += 1
print(records)
