"""A shell for telnetlib3-server: shows a sample, then spells what is typed, a line at a time, and gives it back as it came."""

import os


async def shell(reader, writer):
    writer.write(f"sample: {os.environ['SAMPLE']}\r\n")
    line = ""
    while character := await reader.read(1):
        if character in "\r\n":
            spelling = " ".join(f"{ord(one):x}" for one in line)
            writer.write(f"{spelling}: {line}\r\n")
            line = ""
        elif character != "\0":
            line += character
