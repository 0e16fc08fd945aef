"""Where runs of tests leave what came of them, so that one run can be counted again."""

from pathlib import Path

from tools.steps import TOOLS, fingerprint

FOLDER = TOOLS / "obligations"
INPUTS = (
    *("*.toml", "uv.lock", "manage.py", "docs/obligations.toml", "schema/**/*", "deploy/*"),
    *("[a-z]*/*.py", "[a-z]*/*/*.py", "[a-z]*/*/*/*.py", "tests/**/*.json", "*/locale/**/*.po"),
    *("privacy/templates/**/*", "privacy/published/*"),
    *("shop/templates/**/*", "shop/static/**/*", "shop/texts/*"),
    *("prifora/templates/**/*", "web/*.*", "web/app/**/*", "web/packages/**/*"),
)
"""What an outcome depends on: after a change of any of these it no longer counts."""


def folder_of_this_state() -> Path:
    """Return where the outcomes for the present sources are."""
    return FOLDER / fingerprint(INPUTS)
