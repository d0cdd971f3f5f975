"""A secret that stands in the settings by mistake is shown nowhere."""

from pathlib import Path

import pytest

from syncer.policy.load import load_settings
from syncer.policy.secrets import HIDDEN, hide
from syncer.yamlfile.document import parse

START = "version: 1\nenvironments:\n  prod:\n    credentials:\n"
SECRET = "s3cr3t-Value"


@pytest.mark.parametrize(
    "written",
    [
        f"      client_secret: {SECRET}\n",
        f"      access_token: '{SECRET}'\n",
        f"      client_secret: [{SECRET}]\n",
        f"      client_secret: {{a: {SECRET}}}\n",
        f"      unheard_of: {SECRET}\n",
        f"      - {SECRET}\n",
        f"      {SECRET}\n",
        f"      client_secret: |\n        {SECRET}\n",
        f"      client_secret: |\n        first\n        {SECRET}\n   x: 1\n",
        f"      {SECRET}: x\n",
        f"      {{client_secret: {SECRET}\n",
        f"      client_secret: {SECRET}: x\n",
        f"      client_secret: '{SECRET}\n",
        f"      client_secret: @{SECRET}\n",
        f"      client_secret: *{SECRET}\n",
        f"      client_secret: !{SECRET} x\n",
        f"      client_secret: !!int {SECRET}\n",
        f"      client_secret: {SECRET}\n      client_secret: {SECRET}\n",
        f"    client_secret: {SECRET}\n",
        f"      A: B\nclient_secret: {SECRET}\n",
        f"    password: {SECRET}\n",
        f"    clientSecret: {SECRET}\n",
        f"    'x-API-token': {SECRET}\n    nonsense: 1\n",
        f"      {SECRET}{'x' * 80}: x\n",
        f"    webhook: {{url: 'https://chat.example/{SECRET}', form: none}}\n",
    ],
)
def test_neither_a_finding_nor_its_line_shows_it(written: str, tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text(START + written)
    loaded = load_settings(tmp_path, tmp_path)
    assert loaded.findings
    shown = [
        loaded.sources["settings.yaml"][found.position.line - 1]
        for found in loaded.findings
        if found.position
    ]
    assert SECRET not in "".join([*shown, *(f"{found.message} {found.tip}" for found in loaded.findings)])


@pytest.mark.parametrize(
    "secret", ["A1B2C3D4E5F6G7H8", "PROD_9F86D081884C7D659A2FEAA0C55AD015", "JBSWY3DPEHPK3PXP"]
)
def test_a_secret_in_capitals_is_no_name_of_a_variable(secret: str, tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text(
        f"{START}      client_id: PROD_ID\n      client_secret: {secret}\n"
    )
    loaded = load_settings(tmp_path, tmp_path)
    assert ["client_secret is not the name of a variable"] == [found.message for found in loaded.findings]
    assert secret not in "".join(loaded.sources["settings.yaml"])


@pytest.mark.parametrize(
    "name", ["GENESYSCLOUD_OAUTHCLIENT_SECRET_2", "PRODEUCENTRAL1CLIENTSECRET", "EU2_K8S_B2B_ID"]
)
def test_usual_names_of_variables_are_taken(name: str, tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text(f"{START}      client_id: PROD_ID\n      client_secret: {name}\n")
    assert () == load_settings(tmp_path, tmp_path).findings


def test_keys_are_shown_and_all_values_hidden() -> None:
    text = f"{START}      client_id: PROD_ID\n      client_secret: {SECRET}\n"
    assert text.replace(SECRET, HIDDEN).replace("PROD_ID", HIDDEN) == "\n".join(
        hide(parse("f", text.encode())).lines
    )


@pytest.mark.parametrize(
    "text", ["", "- a\n", "environments: 3\n", "environments: {a: 3, b: , c: {credentials: }}\n"]
)
def test_other_shapes_are_left_alone(text: str) -> None:
    document = parse("f", text.encode())
    assert document.lines == hide(document).lines
