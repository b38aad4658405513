"""What is in each wheel, read from the wheel itself."""

import configparser
import re
from collections import Counter
from email.parser import Parser
from zipfile import ZipFile

import pytest

EXTENSIONS = {
    "growler-ext-auth": "Auth",
    "growler-ext-cookieparser": "CookieParser",
    "growler-ext-indexer": "Indexer",
    "growler-ext-renderer": "Renderer",
    "growler-ext-session": "Session",
    "growler-ext-static": "Static",
}
# Each distribution and the one package that belongs to it.
PACKAGES = {
    "growler": "growler",
    "growler-ext": "growler_ext/demo",
    **{name: f"growler_ext/{name.removeprefix('growler-ext-')}" for name in EXTENSIONS},
}

each = pytest.mark.parametrize("name", PACKAGES)


def names_in(distribution) -> list[str]:
    with ZipFile(distribution.wheel) as archive:
        return archive.namelist()


def text_in(distribution, suffix: str) -> str:
    with ZipFile(distribution.wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(suffix)]
        return archive.read(name).decode()


def test_these_are_all_distributions(distributions):
    assert set(distributions) == set(PACKAGES)


@each
def test_no_wheel_owns_the_namespace(distributions, name):
    assert "growler_ext/__init__.py" not in names_in(distributions[name])
    assert not (distributions[name].folder / "src" / "growler_ext" / "__init__.py").exists()


@each
def test_a_wheel_holds_its_own_package_and_nothing_else(distributions, name):
    information = distributions[name].wheel.name.rsplit("-", 3)[0] + ".dist-info"
    allowed = (f"{PACKAGES[name]}/", f"{information}/")
    assert [file for file in names_in(distributions[name]) if not file.startswith(allowed)] == []


def test_no_two_wheels_hold_the_same_file(distributions):
    count = Counter(file for distribution in distributions.values() for file in names_in(distribution))
    assert [file for file, times in count.items() if times > 1] == []


@each
def test_each_wheel_is_typed_and_licensed(distributions, name):
    names = names_in(distributions[name])
    assert f"{PACKAGES[name]}/py.typed" in names
    assert text_in(distributions[name], ".dist-info/licenses/LICENSE").lstrip().startswith("Apache License")


@each
def test_the_version_is_static_and_heads_the_changelog(distributions, name):
    distribution = distributions[name]
    version = distribution.project["version"]
    changelog = (distribution.folder / "CHANGELOG.md").read_text("utf-8")
    heading = re.search(r"^## (\S+)", changelog, re.MULTILINE)
    assert heading is not None
    assert heading[1] == version
    assert Parser().parsestr(text_in(distribution, ".dist-info/METADATA"))["Version"] == version
    assert "dynamic" not in distribution.project


@pytest.mark.parametrize(("name", "class_name"), EXTENSIONS.items())
def test_each_extension_declares_its_class(distributions, name, class_name):
    declared = configparser.ConfigParser()
    declared.optionxform = str  # the names of entry points are case-sensitive
    declared.read_string(text_in(distributions[name], ".dist-info/entry_points.txt"))
    module = PACKAGES[name].replace("/", ".")
    assert dict(declared["growler.ext"]) == {class_name: f"{module}:{class_name}"}


@pytest.mark.parametrize("name", [name for name in PACKAGES if name != "growler"])
def test_each_extension_says_which_growler_it_works_with(distributions, name):
    assert "growler>=1.0,<2" in distributions[name].project["dependencies"]
