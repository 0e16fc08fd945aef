"""The documents say what is: links lead somewhere, commands exist, settings and deploy files are described."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.test_rules import APPS
from tools import verbs

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
OPERATIONS = ROOT / "docs" / "operations.md"
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / app / "README.md" for app in APPS)]
)
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
READERS = ("text", "flag", "number", "secret", "listing")


def read(file):
    return file.read_text(encoding="utf-8")


def anchors(document):
    """The anchors a reader's program makes of a document's headings."""
    titles = re.findall(r"^#+ (.+)$", read(document), re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def section(document, title):
    return re.split(r"^## ", read(document).split(f"## {title}\n", 1)[1], maxsplit=1, flags=re.M)[0]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_link_leads_somewhere(document):
    broken = []
    for link in LINK.findall(read(document)):
        if re.match(r"[a-z]+:", link):
            continue
        name, _mark, anchor = link.partition("#")
        target = (document.parent / name).resolve() if name else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert not broken


def test_every_document_is_reached_from_the_readme():
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        document = waiting.pop()
        if document in reached:
            continue
        reached.add(document)
        links = [link.partition("#")[0] for link in LINK.findall(read(document))]
        targets = [(document.parent / link).resolve() for link in links if link and "://" not in link]
        waiting += [target for target in targets if target.suffix == ".md"]
    assert set(DOCUMENTS) <= reached


def test_every_command_of_the_documents_exists_and_is_explained(capsys):
    verbs.usage()
    explained = capsys.readouterr().out
    for document in DOCUMENTS:
        for verb in re.findall(r"\./run(?: ([a-z][a-z-]*)\b)?", read(document)):
            assert verb in verbs.VERBS or not verb.isalpha(), f"{document.name}: ./run {verb}"
    for verb in re.findall(r"^\./run ([a-z-]+)", explained, re.M):
        assert f"./run {verb}" in read(ROOT / "README.md")


def test_every_setting_is_described_and_every_described_one_is_read():
    calls = [node for node in ast.walk(ast.parse(read(ROOT / "prifora" / "settings.py"))) if is_setting(node)]
    rows = re.findall(r"^\| (`.+?) \|", section(OPERATIONS, "Settings"), re.M)
    described = {name for row in rows for name in CODE.findall(row)}
    assert described == {node.args[0].value for node in calls}


def is_setting(node):
    """Whether a node of the settings' syntax tree reads one variable of the environment."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "env"
        and node.func.attr in READERS
    )


def test_the_example_environment_sets_only_what_is_described():
    described = set(CODE.findall(section(OPERATIONS, "Settings")))
    names = re.findall(r"^([A-Z_]+)=", read(DEPLOY / "prifora.env.example"), re.M)
    assert {name.removesuffix("_FILE") for name in names} <= described


def test_the_traced_message_passes_files_and_functions_that_exist():
    steps = re.split(
        r"^\d+\. ", read(ROOT / "docs" / "architecture.md").split("## One message")[1], flags=re.M
    )
    assert len(steps) > 10
    for step in steps[1:]:
        code = CODE.findall(step)
        files = [ROOT / name for name in code if "/" in name]
        assert files, step
        text = "\n".join(read(file) for file in files)
        names = [name for name in code if name.isidentifier()]
        missing = [name for name in names if not re.search(rf"\b{name}\b", text)]
        assert not missing, step


def test_every_deploy_file_is_referred_to():
    files = [file for file in DEPLOY.rglob("*") if file.is_file() and file.parent.name != "secrets"]
    assert files
    unused = [
        str(file.relative_to(ROOT))
        for file in files
        if f"../{file.relative_to(ROOT)}" not in read(OPERATIONS)
    ]
    assert not unused


def test_units_and_compose_file_start_what_the_page_says():
    page = read(OPERATIONS)
    for unit in (DEPLOY / "systemd").iterdir():
        command = re.search(r"^ExecStart=/srv/prifora/(.+)$", read(unit), re.M)[1]
        assert f"`{command.replace('%i', '8001')}`" in page, unit.name
    for command in re.findall(r"^    command: (celery .+)$", read(DEPLOY / "compose.yaml"), re.M):
        assert f".venv/bin/{command}`" in page


def test_the_image_has_every_app():
    image, allowed = read(DEPLOY / "Dockerfile"), read(DEPLOY / "Dockerfile.dockerignore")
    for app in (*APPS, "prifora"):
        assert f"/srv/prifora/{app} {app}\n" in image
        assert f"\n!{app}\n" in allowed


def test_decisions_are_numbered_without_gaps():
    numbers = sorted(int(file.name[:4]) for file in (ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_licence_is_whole():
    text = read(ROOT / "LICENSE")
    assert text.lstrip().startswith("GNU AFFERO GENERAL PUBLIC LICENSE")
    assert "13. Remote Network Interaction" in text
    assert text.rstrip().endswith("<https://www.gnu.org/licenses/>.")
    assert 'license = "AGPL-3.0-or-later"' in read(ROOT / "pyproject.toml")
