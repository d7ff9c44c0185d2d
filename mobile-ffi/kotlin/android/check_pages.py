#!/usr/bin/env python3
"""Whether every native library loads on phones whose memory pages have 16 KB.

    check_pages.py PATH ...

A path is a folder, a library, or an archive (.aar, .apk, .aab, .zip). Prints a line for each library; fails if a part that
is loaded into memory is aligned to less than 0x4000 bytes, or if there is no library at all. Libraries for 32-bit phones
are named and not checked: those phones have pages of 4 KB.

The linker's flag is set by the NDK from r28 on and by .cargo/config.toml, and a RUSTFLAGS in the environment silently takes
the place of the latter: so what counts is what came out.
"""

import struct
import sys
import zipfile
from pathlib import Path

PAGE = 0x4000
LOAD = 1
ARCHIVES = (".aar", ".apk", ".aab", ".zip")


class NotALibrary(Exception):
    pass


def alignments(library):
    """The alignment of each part that is loaded; nothing for a library of a 32-bit phone."""
    if library[:4] != b"\x7fELF":
        raise NotALibrary("not an ELF file")
    is_64_bit, is_little_endian = library[4] == 2, library[5] == 1
    if not is_little_endian:
        raise NotALibrary("not of a phone: the order of its bytes")
    if not is_64_bit:
        return None
    table, entry_size, entries = struct.unpack_from("<32xQ14xHH", library)
    found = []
    for number in range(entries):
        kind, alignment = struct.unpack_from("<I44xQ", library, table + number * entry_size)
        if kind == LOAD:
            found.append(alignment)
    return found


def problem(library):
    """What is wrong with a library; nothing if it is right. With a word about it."""
    try:
        found = alignments(library)
    except (NotALibrary, struct.error) as error:
        return f"FAIL  cannot be read: {error}", True
    if found is None:
        return "ok    32 bits, not checked", False
    if not found:
        return "FAIL  nothing of it is loaded", True
    words = ", ".join(f"{alignment:#x}" for alignment in found)
    is_wrong = any(alignment < PAGE or alignment % PAGE for alignment in found)
    return f"{'FAIL' if is_wrong else 'ok  '}  {words}", is_wrong


def libraries(path):
    if path.is_dir():
        inside = (file for file in path.rglob("*") if file.is_file())
        for file in sorted(file for file in inside if file.suffix == ".so" or file.suffix in ARCHIVES):
            yield from libraries(file)
    elif path.suffix in ARCHIVES:
        with zipfile.ZipFile(path) as archive:
            for name in sorted(name for name in archive.namelist() if name.endswith(".so")):
                yield f"{path}!{name}", archive.read(name)
    else:
        yield str(path), path.read_bytes()


def main(paths):
    if not paths or paths[0] in ("-h", "--help"):
        raise SystemExit(__doc__)
    count = wrong = 0
    for name, library in (found for path in paths for found in libraries(Path(path))):
        words, is_wrong = problem(library)
        print(f"{words}  {name}")
        count += 1
        wrong += is_wrong
    if count == 0:
        raise SystemExit("there is no library: build it first (README.md)")
    print(f"{count - wrong} of {count} load on pages of 16 KB")
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
