"""telnetlib3 as an oracle of fingerprints: each line of JSON asks for one thing, and gets its answer as a line."""

import json
import sys

from telnetlib3 import fingerprinting, fingerprinting_display


class Writer:
    """What a writer of telnetlib3 tells of its session."""

    def __init__(self, facts):
        self.facts = facts

    def get_extra_info(self, name, default=None):
        return self.facts.get(name, default)


def at(folder):
    fingerprinting.DATA_DIR = fingerprinting_display.DATA_DIR = folder


def similarity(one, other):
    return fingerprinting_display._fingerprint_similarity(one, other)


def hash_of(data):
    return fingerprinting._hash_fingerprint(data)


def identity(address, facts):
    writer = Writer({**facts, "peername": (address, 1)})
    return hash_of(fingerprinting._create_session_fingerprint(writer))


def save(folder, target, session, data, probe, side):
    at(folder)
    return fingerprinting._save_fingerprint_to_dir(
        target,
        session,
        data,
        probe_key=probe,
        data_dir=folder,
        side=side,
        protocol_hash=data[probe]["fingerprint"],
    )


def name(folder, fingerprint, words):
    return fingerprinting._save_fingerprint_name(fingerprint, words, folder)


def known(folder, probe):
    at(folder)
    return fingerprinting_display._load_known_fingerprints(probe)


def nearest(folder, facts, probe):
    at(folder)
    names = fingerprinting._load_fingerprint_names(folder)
    return fingerprinting_display._find_nearest_match(facts, probe, names)


def census(folder):
    at(folder)
    names = fingerprinting._load_fingerprint_names(folder)
    return fingerprinting_display._build_database_entries(names)


for line in sys.stdin:
    call, *arguments = json.loads(line)
    print(json.dumps(globals()[call](*arguments)), flush=True)
