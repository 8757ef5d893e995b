"""Writes UnicodeTables.bin beside this file from Python's unicodedata and Perl's Unicode::UCD (both of Unicode 14 where it was run).

Every number is a variable-length integer (7 bits a byte, the lowest first). Sections: combining classes, canonical decompositions,
compatibility decompositions where they differ, primary composites, scripts.
"""
import subprocess
import unicodedata
from pathlib import Path

CODE_POINTS = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]
HANGUL = range(0xAC00, 0xD7A4)


def ranges(value):
    """Runs of code points with the same value that is not None, as [first, last, value]."""
    runs = []
    for c in CODE_POINTS:
        v = value(c)
        if v is None:
            continue
        if runs and runs[-1][1] == c - 1 and runs[-1][2] == v:
            runs[-1][1] = c
        else:
            runs.append([c, c, v])
    return runs


def scripts():
    program = 'use Unicode::UCD qw(charscripts); my $s = charscripts(); for my $n (sort keys %$s) ' \
              '{ for my $r (@{$s->{$n}}) { print "$n $r->[0] $r->[1]\n" } }'
    found = {}
    for line in subprocess.run(['perl', '-e', program], capture_output=True, check=True, text=True).stdout.splitlines():
        name, first, last = line.split()
        found.setdefault(name, []).append((int(first), int(last)))
    return found


out = bytearray()


def number(n):
    while n >= 128:
        out.append(n & 127 | 128)
        n >>= 7
    out.append(n)


def mappings(table):
    number(len(table))
    previous = 0
    for c, to in sorted(table.items()):
        number(c - previous)
        previous = c
        number(len(to))
        for d in to:
            number(ord(d))


classes = ranges(lambda c: unicodedata.combining(chr(c)) or None)
number(len(classes))
previous = 0
for first, last, value in classes:
    number(first - previous)
    number(last - first)
    number(value)
    previous = last
canonical, compatible, composites = {}, {}, []
for c in CODE_POINTS:
    if c in HANGUL:
        continue
    s = chr(c)
    d, k = unicodedata.normalize('NFD', s), unicodedata.normalize('NFKD', s)
    if d != s:
        canonical[c] = d
    if k != d:
        compatible[c] = k
    parts = unicodedata.decomposition(s).split()
    if len(parts) == 2 and not parts[0].startswith('<') and unicodedata.normalize('NFC', s) == s:
        composites.append((int(parts[0], 16), int(parts[1], 16), c))
mappings(canonical)
mappings(compatible)
number(len(composites))
for first, second, c in sorted(composites):
    number(first)
    number(second)
    number(c)
table = scripts()
number(len(table))
for name, runs in sorted(table.items()):
    number(len(name))
    out += name.encode('ascii')
    number(len(runs))
    previous = 0
    for first, last in sorted(runs):
        number(first - previous)
        number(last - first)
        previous = last
(Path(__file__).parent / 'UnicodeTables.bin').write_bytes(out)
print(len(out), 'bytes, Unicode', unicodedata.unidata_version)
