import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from phasewise.compositions.explore.exploration import Exploration
from phasewise.compositions.explore.explore import explore, explore_file
from phasewise.compositions.explore.explorer import load_explorer
from phasewise.compositions.features import INPUTS
from phasewise.core.errors import HeaderError, ModelError, OutputError, PhasewiseError

from .tables import EACH, MINERALS, STRANGE_ROWS, STRANGER, minerals, with_stranger

OXIDES = list(INPUTS[:-1])


@pytest.fixture(scope="module")
def explored() -> Exploration:
    return explore(with_stranger())


def test_clusters_are_the_minerals(explored: Exploration) -> None:
    assert explored.agreement > 0.97
    held = explored.rows[explored.rows["cluster"] > 0]
    largest = held.groupby("cluster")["mineral"].agg(lambda names: names.value_counts().index[0])
    assert set(MINERALS) | {STRANGER[0]} <= set(largest)
    assert len(held) > 0.95 * len(explored.rows)


def test_rows_keep_their_columns_order_and_index(explored: Exploration) -> None:
    given = with_stranger()
    assert list(explored.rows.columns[: given.shape[1]]) == list(given.columns)
    pd.testing.assert_frame_equal(explored.rows[given.columns], given)
    again = explore(given.set_index(np.arange(len(given)) * 3)).rows
    assert again.index.tolist() == list(range(0, 3 * len(given), 3))


def test_what_no_mineral_explains_comes_first(explored: Exploration) -> None:
    first, *others = explored.unexplained
    assert first.labels == {STRANGER[0]: STRANGE_ROWS}
    assert first.novelty > 0.8
    assert all(cluster.novelty <= first.novelty for cluster in others)


def test_labels_and_order_play_no_part(explored: Exploration) -> None:
    order = np.random.default_rng(1).permutation(len(with_stranger()))
    shuffled = with_stranger().iloc[order].reset_index(drop=True)
    shuffled["mineral"] = np.random.default_rng(2).permutation(shuffled["mineral"].to_numpy())
    again = explore(shuffled)
    np.testing.assert_allclose(again.latent, explored.latent[order], rtol=0, atol=1e-9)
    np.testing.assert_allclose(again.map, explored.map[order], rtol=0, atol=1e-9)
    assert (again.rows["cluster_name"] == explored.rows["cluster_name"].to_numpy()[order]).all()
    assert abs(again.agreement) < 0.05


def test_a_row_has_one_place_whatever_its_batch_and_total() -> None:
    explorer = load_explorer()
    values = np.full((len(minerals()), len(INPUTS)), np.nan)
    values[:, :-1] = minerals()[OXIDES].to_numpy()
    whole = explorer.places(values)
    for start, end in ((0, 1), (0, 7), (100, 101), (50, 700)):
        part = explorer.places(values[start:end])
        np.testing.assert_allclose(part.latent, whole.latent[start:end], rtol=0, atol=1e-9)
        np.testing.assert_allclose(part.map, whole.map[start:end], rtol=0, atol=1e-9)
    scaled = explorer.places(0.7 * values)
    np.testing.assert_allclose(scaled.latent, whole.latent, rtol=0, atol=1e-9)


def test_traces_that_were_not_measured_move_a_row_little() -> None:
    explorer = load_explorer()
    values = np.full((EACH, len(INPUTS)), np.nan)
    olivine = minerals()[minerals()["mineral"] == "Olivine"]
    values[:, :-1] = olivine[OXIDES].to_numpy()
    without = values.copy()
    without[:, [INPUTS.index(name) for name in ("Cr2O3", "NiO", "K2O", "P2O5")]] = np.nan
    moved = np.linalg.norm(explorer.places(without).latent - explorer.places(values).latent, axis=1)
    spread = np.linalg.norm(explorer.places(values).latent.std(axis=0))
    assert np.median(moved) < spread


def test_rows_without_oxides_have_no_place_and_are_kept() -> None:
    table = with_stranger().copy()
    table.loc[3, OXIDES] = np.nan
    found = explore(table).rows
    assert len(found) == len(table)
    assert found.loc[3, ["map_x", "cluster", "cluster_distance"]].isna().all()
    assert found.loc[3, "verdict"] == "bad_analysis"
    assert found["cluster"].notna().sum() == len(table) - 1


def test_few_rows_are_placed_among_the_clusters_of_the_model() -> None:
    olivine = pa.table({"SiO2": [40.81], "FeOt": [9.55], "MnO": [0.14], "MgO": [49.42]})
    found = explore(olivine)
    assert found.rows["cluster_name"].to_pylist() == ["Olivine"]
    assert "come with model" in found.settings["Clusters"]
    with pytest.raises(PhasewiseError, match="--clusters model"):
        explore(olivine, clusters="own")


def test_kept_clusters_take_further_tables(tmp_path: Path) -> None:
    table = with_stranger()
    first, second = table.iloc[::2].reset_index(drop=True), table.iloc[1::2].reset_index(drop=True)
    found = explore(first, clusters="own")
    found.save(tmp_path / "mine")
    placed = explore(second, model=tmp_path / "mine", clusters="model")
    names = found.rows.groupby("mineral")["cluster_name"].agg(lambda v: v.value_counts().index[0])
    agree = placed.rows["cluster_name"] == placed.rows["mineral"].map(names)
    assert agree.mean() > 0.95
    again = explore(first, model=tmp_path / "mine", clusters="model").rows
    assert (again["cluster"] == found.rows["cluster"]).all()
    with pytest.raises(OutputError, match="--force"):
        found.save(tmp_path / "mine")


@pytest.mark.parametrize("method", ["hdbscan", "optics"])
def test_both_methods_find_the_minerals(method: str) -> None:
    assert explore(minerals(), method=method).agreement > 0.9  # type: ignore[arg-type]


def test_another_map_keeps_the_clusters(explored: Exploration) -> None:
    found = explore(with_stranger(), map="pca")
    assert (found.rows["cluster"] == explored.rows["cluster"]).all()
    centred = found.map - found.map.mean(axis=0)
    assert abs(np.corrcoef(centred.T)[0, 1]) < 1e-6
    assert found.map[:, 0].var() > found.map[:, 1].var()


def test_errors_say_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="another task"):
        explore(minerals(), model="default")
    with pytest.raises(ModelError, match="another task"):
        explore(minerals(), classifier="explorer")
    with pytest.raises(HeaderError, match="nowhere"):
        explore(minerals(), source="nowhere")
    with pytest.raises(HeaderError, match="MnO2"):
        explore(minerals()).draw("MnO2")


def test_files_are_written_whole_or_not_at_all(tmp_path: Path) -> None:
    source = tmp_path / "table.csv"
    with_stranger().to_csv(source, index=False)
    names = {"out": "rows.parquet", "cluster_out": "clusters.csv", "report": "map.html", "plot": "map.png"}
    targets: dict[str, Any] = {key: tmp_path / name for key, name in names.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        done = explore_file(source, **targets, save=tmp_path / "kept")
        assert done.rows == len(with_stranger())
        assert all(path.exists() for path in done.written)
        assert len(done.written) == 5
        rows = pd.read_parquet(targets["out"])
        assert rows["spot"].tolist() == with_stranger()["spot"].tolist()
        clusters = pd.read_csv(targets["cluster_out"])
        assert clusters["rows"].sum() == len(rows)
        assert "<canvas" in targets["report"].read_text(encoding="utf-8")
        before = {path: path.read_bytes() for path in targets.values()}
        for key, path in targets.items():
            one: dict[str, Any] = {key: path}
            with pytest.raises(OutputError, match="force"):
                explore_file(source, **one)
        assert {path: path.read_bytes() for path in targets.values()} == before
    with pytest.raises(OutputError):
        explore_file(source, source)
