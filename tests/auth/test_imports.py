"""What importing Auth costs: no method before it is asked for, and all names are there all the same."""

from __future__ import annotations

import subprocess
import sys

import pytest

import growler_ext.auth


def test_no_method_is_loaded_before_it_is_asked_for():
    program = "import sys; from growler.ext import Auth; print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    loaded = done.stdout.split()
    assert "growler_ext.auth.middleware" in loaded
    heavy = {"authlib", "httpx2", "joserfc", "passlib", "argon2", "webauthn", "redis", "cryptography"}
    assert not [name for name in loaded if name.startswith("growler_ext.auth.methods.") or name in heavy]


@pytest.mark.parametrize("name", growler_ext.auth.__all__)
def test_every_name_is_there(name):
    assert getattr(growler_ext.auth, name) is not None


def test_another_name_is_not():
    with pytest.raises(AttributeError, match="has no attribute 'Kerberos'"):
        _ = growler_ext.auth.Kerberos
