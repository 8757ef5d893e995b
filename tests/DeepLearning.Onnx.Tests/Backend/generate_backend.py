#!/usr/bin/env python3
"""Writes the node tests of the installed onnx package into a folder, for DEEPLEARNING_ONNX_TESTS.

Usage: generate_backend.py FOLDER
"""
import sys

import numpy

# Names that older onnx packages use and newer NumPy has no more.
for name, kind in {"float": float, "int": int, "bool": bool, "object": object, "complex": complex, "str": str}.items():
    if name not in numpy.__dict__:
        setattr(numpy, name, kind)

from onnx.backend.test import cmd_tools  # noqa: E402

sys.argv = ["generate-data", "generate-data", "-o", sys.argv[1]]
cmd_tools.main()
