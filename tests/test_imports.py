"""What importing and running load: heavy packages only where they are asked, each through one door."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import extractor

PACKAGE = Path(extractor.__file__).parent
SAMPLES = PACKAGE.parent / "samples" / "notices"
HEAVY = ("spacy", "pypdfium2", "lxml", "underthesea", "dateparser", "numpy", "torch", "sklearn")
HEAVY += ("olefile", "xlsxwriter", "openpyxl", "icalendar", "dask", "distributed")
DOORS = {  # package -> the modules that may import it
    "underthesea": {"words"},
    "rapidfuzz": {"gazetteer", "identity"},
    "dateparser": {"periods"},
    "dateutil": {"recurrences"},
    "holidays": {"workdays"},
    "pydantic": {"schema", "records"},
    "tomli": {"ruletable", "workdays", "push_cli", "export/profile"},
    "typer": {"cli", "export_cli", "extract_cli", "push_cli", "gazetteer_cli", "terminal"},
    "rich": {"progress"},
    "pypdfium2": {"readers/pdf"},
    "tesserocr": {"readers/ocr"},
    "PIL": {
        "readers/image",
        "readers/ocr",
        "readers/paper",
        "readers/rules_in_scans",
        "readers/strokes",
    },
    "spacy": {"page", "spacy_component"},
    "doc2docx": {"readers/doc"},
    "lxml": {"readers/safe_xml"},
    "olefile": {"readers/mail"},
    "xlsxwriter": {"export/xlsx"},
    "openpyxl": {"export/edits"},
    "dask": {"cluster"},
    "distributed": {"cluster"},
    "icalendar": {"export/ics", "push/caldav"},
}


def loaded_after(code: str, **env: str) -> set[str]:
    """Top-level packages that a fresh interpreter has loaded after running `code`."""
    script = f"{code}\nimport sys\nprint(*sorted({{m.split('.')[0] for m in sys.modules}}))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=PACKAGE.parent,
        env=os.environ | env,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(
    "code",
    ["import extractor", "from extractor import extract, Policy, Record", "import extractor.cli"],
)
def test_importing_loads_nothing_heavy(code: str) -> None:
    assert not loaded_after(code) & set(HEAVY)


def test_a_text_file_loads_no_reader_of_another_format() -> None:
    code = (
        "from pathlib import Path; from extractor.readers import read_file; read_file(Path({!r}))"
    )
    notice = next(SAMPLES.glob("*.txt")).as_posix()
    script = f"{code.format(notice)}; import sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=PACKAGE.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(done.stdout.split())
    assert "extractor.readers.plain" in loaded
    assert not loaded & {f"extractor.readers.{x}" for x in ("html", "docx", "pdf", "mail", "ocr")}


def test_importing_the_package_alone_loads_no_model_of_the_contract() -> None:
    assert not loaded_after("import extractor") & {
        "pydantic",
        "typer",
        "rich",
        "rapidfuzz",
        "holidays",
    }


def test_registering_with_spacy_loads_nothing_more_of_ours() -> None:
    """spaCy imports the component with every pipeline, wanted or not."""
    loaded_after("import extractor.spacy_component, sys; assert 'extractor.api' not in sys.modules")


def test_extracting_with_known_verbs_loads_nothing_heavy() -> None:
    code = "from extractor import extract; extract('1. Sở Y tế báo cáo UBND tỉnh trước ngày 28/02/2022.').tasks[0]"
    assert not loaded_after(code) & set(HEAVY)


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: p.relative_to(PACKAGE).as_posix()
)
def test_packages_have_their_doors(path: Path) -> None:
    """Each outside package is imported by the modules named in DOORS alone."""
    name = path.relative_to(PACKAGE).with_suffix("").as_posix()
    imported: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {a.name.split(".")[0] for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            imported.add(node.module.split(".")[0])
    outside = imported - set(sys.stdlib_module_names) - {"extractor"}
    assert not {p for p in outside if name not in DOORS.get(p, set())}


def test_the_public_names_load() -> None:
    assert [n for n in extractor.__all__ if not hasattr(extractor, n)] == []
    assert set(extractor.__all__) <= set(dir(extractor))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'extrakt'"):
        _ = extractor.extrakt


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="no samples beside the package")
def test_output_does_not_depend_on_the_hash_seed() -> None:
    """The same bytes whatever PYTHONHASHSEED is."""
    code = f"""
import hashlib
from pathlib import Path
from extractor import extract
text = "".join(extract(p.read_text("utf-8")).to_json() for p in sorted(Path({str(SAMPLES)!r}).glob("*.txt"))[:8])
print(hashlib.sha256(text.encode()).hexdigest())
"""
    outputs = set()
    for seed in ("0", "1", "4242"):
        env = os.environ | {"PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=PACKAGE.parent,
            env=env,
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        outputs.add(done.stdout)
    assert len(outputs) == 1
