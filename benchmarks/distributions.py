"""Draws what the model `ten_oxides_gda` holds of amphibole and clinopyroxene, for docs/learning.md.

python benchmarks/distributions.py [MODEL]
"""

from __future__ import annotations

import argparse
from pathlib import Path

from phasewise.compositions.load import load_model
from phasewise.compositions.oxide_model import OxideModel
from phasewise.infer.gaussian import GaussianClasses
from phasewise.plot.gaussians import plot_gaussians

PHASES = ["Amphibole", "Clinopyroxene"]
OXIDES = ["SiO2", "Al2O3", "MgO", "CaO", "Na2O"]
TARGET = Path(__file__).parents[1] / "docs" / "images" / "amphibole_clinopyroxene.png"


def main() -> None:
    """Draw and store the figure."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("model", nargs="?", default="ten_oxides_gda")
    model = load_model(parser.parse_args().model)
    assert isinstance(model, OxideModel)
    assert isinstance(model.predictor, GaussianClasses)
    of_oxides = model.predictor.marginal([model.oxides.index(name) for name in OXIDES])
    rows = [model.phases.index(name) for name in PHASES]
    axes = plot_gaussians(of_oxides.means[rows], of_oxides.covariances[rows], PHASES, OXIDES)
    axes[0, 0].figure.savefig(TARGET, dpi=110)
    print(f"Written: {TARGET}")


if __name__ == "__main__":
    main()
