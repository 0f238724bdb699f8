#!/usr/bin/env python3
"""alone.py FILE N: the file with mistake N only. Each line of a mistake ends in a comment with its number."""
import re
import sys

for line in open(sys.argv[1], encoding="utf-8"):
    mistake = re.search(r"(?:#|//) (\d+): ", line)
    if not mistake or mistake.group(1) == sys.argv[2]:
        sys.stdout.write(line)
