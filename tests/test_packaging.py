"""The wheel, installed away from the source tree, does the main job; the project's files agree."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import extractor
from extractor.readers import Reader

ROOT = Path(__file__).resolve().parents[1]
NOTICES = ROOT / "samples" / "notices"
GOLD = ROOT / "samples" / "gold"
PAGES = ("", "docs", "gazetteer", "samples", "extractor/rules")

pytestmark = pytest.mark.skipif(not (ROOT / "pyproject.toml").is_file(), reason="no source tree")


def run(*command: str | Path, cwd: Path) -> str:
    """Output of a command that must succeed, run without any of our environment's Python settings."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    done = subprocess.run(
        [str(c) for c in command],
        cwd=cwd,
        env=env,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the source tree by the build backend that is installed here."""
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT, cwd=out)
    (path,) = out.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts' folder of an environment with the wheel and, of this one, only the packages it needs.

    A .pth file lends it this environment's packages. Python does not follow .pth files found that
    way, so an editable install of the source tree stays out of reach.
    """
    home = tmp_path_factory.mktemp("env")
    venv.EnvBuilder(with_pip=False, symlinks=os.name != "nt").create(home)
    scripts = home / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index",
        "--disable-pip-version-check", wheel, cwd=home)  # fmt: skip
    site = Path(
        run(
            python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=home
        ).strip()
    )
    (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return scripts


def test_the_wheel_carries_the_tables(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    rules = {f"extractor/rules/{p.name}" for p in (ROOT / "extractor" / "rules").glob("*.toml")}
    rules |= {f"extractor/profiles/{name}.toml" for name in ("phu-luc", "theo-doi")}
    tables = {
        f"extractor/_gazetteer/{p.relative_to(ROOT / 'gazetteer').as_posix()}"
        for p in (ROOT / "gazetteer").rglob("*.csv")
    }
    assert rules
    assert tables
    assert rules | tables | {"extractor/py.typed"} <= names
    assert any(n.endswith("/licenses/LICENSE") for n in names)
    assert any(n.endswith("/licenses/NOTICE") for n in names)
    assert not [
        n
        for n in names
        if n.startswith(("tests/", "samples/", "bench/", "docs/", "tools/", "gazetteer/"))
    ]


def test_the_installed_wheel_does_the_main_job(installed: Path, tmp_path: Path) -> None:
    """Away from the source: a copied sample in, JSON Lines out, the same tasks as from the source."""
    where = run(
        installed / "python", "-c", "import extractor; print(extractor.__file__)", cwd=tmp_path
    ).strip()
    assert Path(where).is_relative_to(installed.parent)
    name = next(
        p.stem
        for p in sorted(GOLD.glob("*.json"))
        if len(json.loads(p.read_text("utf-8"))["tasks"]) > 5
    )
    notice = tmp_path / "notices" / f"{name}.txt"
    notice.parent.mkdir()
    notice.write_text((NOTICES / f"{name}.txt").read_text("utf-8"), encoding="utf-8")
    run(installed / "nhiemvu", "extract", "notices", "-o", "tasks.jsonl", cwd=tmp_path)
    (record,) = (
        json.loads(line) for line in (tmp_path / "tasks.jsonl").read_text("utf-8").splitlines()
    )
    here = extractor.extract(notice.read_text("utf-8"))
    assert len(record["tasks"]) == len(here.tasks) > 5
    assert {a["id"] for t in record["tasks"] for a in t["lead"]} == {
        a.id for t in here.tasks for a in t.lead
    }


def test_the_command_is_declared(wheel: Path) -> None:
    """`nhiemvu`, the plain reader and the spaCy component stand in the wheel's entry points and load."""
    archive = zipfile.ZipFile(wheel)
    (points,) = (n for n in archive.namelist() if n.endswith("entry_points.txt"))
    text = archive.read(points).decode()
    declared = dict(re.findall(r"^(\w+) = (\S+)$", text, re.MULTILINE))
    assert set(declared) == {"nhiemvu", "plain", "vi_tasks"}
    for target in declared.values():
        module, name = target.split(":")
        assert callable(getattr(__import__(module, fromlist=[name]), name))


def test_installed_readers_follow_the_interface() -> None:
    for point in entry_points(group="nhiemvu.readers"):
        assert isinstance(point.load()(), Reader)


# ------------------------------------------------------------- the project's files agree


def test_one_version_literal() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert project["project"]["dynamic"] == ["version"]
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert f"## [{extractor.__version__}]" in changelog


def test_dependencies_have_lower_bounds_only() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(d for extra in project["optional-dependencies"].values() for d in extra),
    ]
    own = re.compile(r"nhiemvu\[[a-z,]+\]")  # an extra that takes in another
    assert not [
        d for d in wanted if not (own.fullmatch(d) or re.fullmatch(r"[a-z0-9-]+>=[\d.]+", d))
    ]


@pytest.mark.parametrize("name", ["README.md", "README.vi.md", "CONTRIBUTING.md"])
def test_the_checks_run_the_documented_test_command(name: str) -> None:
    command = "-m pytest\n"
    assert command in (ROOT / name).read_text("utf-8")
    assert command in (ROOT / ".ci" / "run").read_text("utf-8")


@pytest.mark.parametrize(
    "path",
    sorted(p for folder in PAGES for p in (ROOT / folder).glob("*.md")),
    ids=lambda p: p.relative_to(ROOT).as_posix(),
)
def test_links_lead_somewhere(path: Path) -> None:
    """Relative links in the project's pages point at files that exist."""
    links = re.findall(r"\]\((?!\w+:|#)([^)#\s]+)", path.read_text("utf-8"))
    assert not [link for link in links if not (path.parent / link).exists()]


@pytest.mark.parametrize("name", ["README.md", "README.vi.md"])
def test_the_readme_examples_print_what_they_say(
    name: str, installed: Path, tmp_path: Path
) -> None:
    """In the wheel's environment: spaCy finds the component by its entry point alone."""
    text = (ROOT / name).read_text("utf-8")
    examples = re.findall(r"```python\n(.*?)```[^`]*```text\n(.*?)```", text, re.DOTALL)
    assert len(examples) == text.count("```python") == 2
    for code, printed in examples:
        assert run(installed / "python", "-c", code, cwd=tmp_path) == printed


@pytest.mark.parametrize("name", ["README.md", "README.vi.md"])
def test_the_readme_names_every_command(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    commands = re.findall(
        r"^@app\.command\(.*\)\ndef (\w+)",
        (ROOT / "extractor" / "cli.py").read_text("utf-8"),
        re.MULTILINE,
    )
    assert len(commands) >= 5
    assert not [c for c in commands if f"`nhiemvu {c}" not in text]
