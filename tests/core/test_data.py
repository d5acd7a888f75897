from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from phasewise.core import data
from phasewise.core.errors import DataUnavailableError


def test_every_entry_says_where_it_comes_from() -> None:
    for entry in data.load_registry().values():
        assert entry.what
        assert entry.origin
        assert entry.licence
        assert entry.citation
        assert len(entry.sha256) == 64


@pytest.mark.parametrize("name", data.load_registry())
def test_the_local_copy_is_the_registered_one(name: str, dataset: Callable[[str], Path]) -> None:
    assert dataset(name).is_file()


def test_without_a_folder_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(data.ENVIRONMENT_VARIABLE, raising=False)
    with pytest.raises(DataUnavailableError, match="Set the environment variable PHASEWISE_DATA"):
        data.dataset_path("glasses")


def test_an_absent_file_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(data.ENVIRONMENT_VARIABLE, str(tmp_path))
    with pytest.raises(DataUnavailableError, match=r"not at '.*glasses\.parquet'"):
        data.dataset_path("glasses")


def test_another_version_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "minerals").mkdir()
    (tmp_path / "minerals" / "glasses.parquet").write_bytes(b"something else")
    monkeypatch.setenv(data.ENVIRONMENT_VARIABLE, str(tmp_path))
    with pytest.raises(DataUnavailableError, match="not the version"):
        data.dataset_path("glasses")


def test_an_unknown_name_lists_the_known() -> None:
    with pytest.raises(DataUnavailableError, match=r"'moon_rocks'.*georoc_excerpt"):
        data.dataset_path("moon_rocks")
