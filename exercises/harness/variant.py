# SPDX-License-Identifier: Apache-2.0
"""Loads the file under test and calls its setup(ctx)."""

import importlib.util
import os
import sys
import time

from errors import Misshapen


def load(path):
    """The module of the file. Its own folder is importable, and what was built for it; the
    harness is not."""
    sys.path[0] = os.path.dirname(os.path.abspath(path))
    if os.environ.get("LABCTL_BUILT"):
        sys.path.append(os.environ["LABCTL_BUILT"])
    name = os.path.splitext(os.path.basename(path))[0]
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None:
        raise Misshapen("it is not a Python file (*.py)")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def require(module, path, function):
    if not callable(getattr(module, function, None)):
        raise Misshapen(f"it defines no function {function}()")


def prepare(module, ctx):
    """Calls setup(ctx) if there is one; how long it took, for the report only."""
    start = time.monotonic_ns()
    if callable(getattr(module, "setup", None)):
        module.setup(ctx)
    return time.monotonic_ns() - start


def ready(ctx, setup_ns, **more):
    """The READY frame."""
    return {
        "python": sys.version.split()[0],
        "implementation": sys.implementation.name,
        "version": ".".join(map(str, sys.implementation.version[:3])),
        "setup_ns": setup_ns,
        "notes": ctx.notes,
        **more,
    }
