"""Libraries of all kinds under the eyes of check_pages.py. Run by scripts/kotlin.sh."""

import struct
import tempfile
import unittest
import zipfile
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import check_pages

STACK = 0x6474E551


def library(*parts, bits=64):
    """The head of an ELF file with these parts: kinds and alignments."""
    head = b"\x7fELF" + bytes([bits // 32, 1, 1]) + bytes(9)
    head += struct.pack("<HHIQQQIHHHHHH", 3, 183, 1, 0, 64, 0, 0, 64, 56, len(parts), 0, 0, 0)
    return head + b"".join(struct.pack("<IIQQQQQQ", kind, 5, 0, 0, 0, 0, 0, align) for kind, align in parts)


class Pages(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.libs = Path(scratch.name)

    def put(self, name, content):
        file = self.libs / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)

    def check(self):
        said = StringIO()
        with redirect_stdout(said), self.assertRaises(SystemExit) as end:
            check_pages.main([str(self.libs)])
        return end.exception.code, said.getvalue()

    def test_a_library_for_large_pages_passes(self):
        self.put("arm64-v8a/a.so", library((check_pages.LOAD, 0x4000), (check_pages.LOAD, 0x10000), (STACK, 16)))
        self.assertEqual(self.check()[0], 0)

    def test_one_part_for_small_pages_fails_and_is_named(self):
        self.put("arm64-v8a/a.so", library((check_pages.LOAD, 0x4000)))
        self.put("x86_64/b.so", library((check_pages.LOAD, 0x4000), (check_pages.LOAD, 0x1000)))
        status, said = self.check()
        self.assertEqual(status, 1)
        self.assertIn("FAIL  0x4000, 0x1000", said)
        self.assertIn("x86_64/b.so", said)

    def test_a_library_of_a_small_phone_is_let_be(self):
        self.put("armeabi-v7a/a.so", library((check_pages.LOAD, 0x1000), bits=32))
        self.assertEqual(self.check()[0], 0)

    def test_what_lies_in_an_archive_is_looked_at_too(self):
        with zipfile.ZipFile(self.libs / "jna.aar", "w") as archive:
            archive.writestr("jni/arm64-v8a/libjnidispatch.so", library((check_pages.LOAD, 0x1000)))
        status, said = self.check()
        self.assertEqual(status, 1)
        self.assertIn("jna.aar!jni/arm64-v8a/libjnidispatch.so", said)

    def test_half_a_library_or_none_at_all_is_no_library(self):
        self.assertIn("no library", self.check()[0])
        self.put("arm64-v8a/a.so", library((check_pages.LOAD, 0x4000))[:70])
        self.assertEqual(self.check()[0], 1)
        self.put("arm64-v8a/a.so", b"#!/bin/sh")
        self.assertEqual(self.check()[0], 1)


if __name__ == "__main__":
    unittest.main()
