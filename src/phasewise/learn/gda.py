"""Gaussian discriminant analysis: one normal distribution a class, as an estimator of scikit-learn's kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from phasewise.infer.gaussian import GaussianClasses
from phasewise.learn.incomplete_normal import completed, fit_normal, summarise

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import ArrayLike

    from phasewise.core.types import FloatArray, IntArray

    Rows = tuple[FloatArray, FloatArray]
    """Values (n, p) of a class, and the weights (n,) of the rows."""
    Fit = tuple[FloatArray, FloatArray, FloatArray]
    """Means (k, p), covariances (k, p, p) and shrinkage (k,)."""

__all__ = [
    "Covariance",
    "GaussianDiscriminantClassifier",
    "Priors",
    "distribution_table",
    "ledoit_wolf_intensity",
]

Covariance = Literal["class", "shared"]
Priors = Literal["uniform", "frequency"]


class GaussianDiscriminantClassifier(ClassifierMixin, BaseEstimator):
    """Bayes' rule with a multivariate normal distribution of the inputs in each class.

    With a covariance for each class the boundaries between classes are quadrics, with a shared one planes.
    The covariance S that the rows have (maximum likelihood) becomes

        (1 - a) S + a diag(S) + least_sd^2 I,

    where a is the shrinkage: variances stay as they are, correlations become weaker. Both steps give the
    same for some of the columns as for a table that has only those.

    Parameters
    ----------
    covariance : {"class", "shared"}
        Whether classes have their own covariances.
    shrinkage : float or "ledoit_wolf"
        The a above, from 0 (none) to 1 (no correlations); or the one of the least expected squared error
        for columns of unit variance, for each covariance by itself, see `ledoit_wolf_intensity`.
    least_sd : float
        wt%. Added in quadrature to all standard deviations: even an oxide that a mineral never holds varies
        by counting noise. It keeps covariances invertible where rows are few, or an oxide constant.
    priors : {"uniform", "frequency"}
        Whether all classes are as probable before anything is measured, or as their rows are frequent. How
        often a mineral was published says little of how often it will be met.
    missing : {"marginal", "zero"}
        Whether an input that was not measured (NaN) is integrated over, or taken for 0 wt%, which makes use
        of what laboratories leave out of their tables.

    Attributes
    ----------
    classes_ : (k,) array
        Class labels.
    predictor_ : GaussianClasses
        Predicts with NumPy alone; holds means, covariances and priors.
    shrinkage_ : (k,) float64
        The a of each class.

    Notes
    -----
    NaN in training rows is a value that was not measured: means and covariances are those of the highest
    likelihood of what was, by expectation-maximisation, see `fit_normal`. Of an input that a class never had
    measured nothing is known: it gets mean and variance of the whole table, without correlation. NaN at
    prediction is integrated over, exactly.

    Sample weights count rows: a weight of 2 is a row that is there twice.

    References
    ----------
    Friedman 1989, Regularized discriminant analysis, doi:10.1080/01621459.1989.10478752 (shrinkage; here
    towards the diagonal); Ledoit & Wolf 2004, doi:10.1016/S0047-259X(03)00096-4 (its intensity).

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[0.0, 1.0], [1.0, 0.0], [5.0, 6.0], [6.0, np.nan]])
    >>> model = GaussianDiscriminantClassifier().fit(x, ["low", "low", "high", "high"])
    >>> model.predict([[5.0, 5.0], [np.nan, 0.5]])
    array(['high', 'low'], dtype='<U4')
    """

    def __init__(
        self,
        covariance: Covariance = "class",
        shrinkage: float | Literal["ledoit_wolf"] = 0.1,
        least_sd: float = 0.05,
        priors: Priors = "uniform",
        missing: Literal["marginal", "zero"] = "marginal",
    ) -> None:
        self.covariance = covariance
        self.shrinkage = shrinkage
        self.least_sd = least_sd
        self.priors = priors
        self.missing = missing

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit to inputs (n, p) in wt% (NaN: not measured) and labels (n,).

        Raises
        ------
        ValueError
            If a parameter is out of range, the table is empty, not numeric or infinite, or has fewer than
            two classes; if a covariance is not invertible, which needs a `least_sd` of 0.
        """
        self._check_parameters()
        x, index, weight = self._checked(X, y, sample_weight)
        as_zero = self.missing == "zero"
        x = np.nan_to_num(x) if as_zero else x
        k = len(self.classes_)
        rows = [(x[index == c], weight[index == c]) for c in range(k)]
        fit = self._fit_shared if self.covariance == "shared" else self._fit_each
        means, covariances, self.shrinkage_ = fit(rows, *_moments(x, weight))
        priors = np.bincount(index, weights=weight) if self.priors == "frequency" else np.ones(k)
        self.predictor_ = GaussianClasses(means, covariances, np.log(priors / priors.sum()), as_zero)
        return self

    def _fit_each(self, rows: Sequence[Rows], mean: FloatArray, variance: FloatArray) -> Fit:
        """Return means, covariances and shrinkage of each class; nothing known means as the whole table."""
        fits = []
        for x, weight in rows:
            start = _moments(x, weight, mean, variance)
            of_class, covariance = fit_normal([summarise(x, weight)], start[0][None], start[1])
            fits.append((of_class[0], *self._regularised([(x, weight)], of_class, covariance)))
        means, covariances, intensities = zip(*fits, strict=True)
        return np.stack(means), np.stack(covariances), np.array(intensities)

    def _fit_shared(self, rows: Sequence[Rows], mean: FloatArray, variance: FloatArray) -> Fit:
        """Return the same for a covariance that all classes have."""
        starts = np.stack([_moments(*of_class, mean, variance)[0] for of_class in rows])
        residuals = [x - start for (x, _), start in zip(rows, starts, strict=True)]
        _, within = _moments(np.concatenate(residuals), np.concatenate([w for _, w in rows]))
        means, covariance = fit_normal([summarise(*of_class) for of_class in rows], starts, within)
        shared, intensity = self._regularised(rows, means, covariance)
        return means, np.tile(shared, (len(rows), 1, 1)), np.full(len(rows), intensity)

    def _check_parameters(self) -> None:
        if self.covariance not in ("class", "shared"):
            raise ValueError(f"covariance={self.covariance!r} is neither 'class' nor 'shared'")
        if self.priors not in ("uniform", "frequency"):
            raise ValueError(f"priors={self.priors!r} is neither 'uniform' nor 'frequency'")
        if self.missing not in ("marginal", "zero"):
            raise ValueError(f"missing={self.missing!r} is neither 'marginal' nor 'zero'")
        if self.shrinkage != "ledoit_wolf" and not _within(self.shrinkage, 0.0, 1.0):
            raise ValueError(f"shrinkage={self.shrinkage!r} is neither from 0 to 1 nor 'ledoit_wolf'")
        if not _within(self.least_sd, 0.0, np.inf):
            raise ValueError(f"least_sd={self.least_sd!r} is no standard deviation in wt%")

    def _checked(self, X: Any, y: Any, sample_weight: Any) -> tuple[FloatArray, IntArray, FloatArray]:
        x, y = validate_data(self, X, y, dtype=np.float64, ensure_all_finite="allow-nan")
        check_classification_targets(y)
        weight = _check_sample_weight(sample_weight, x, dtype=np.float64, ensure_non_negative=True)
        counted = weight > 0
        self.classes_, index = np.unique(y[counted], return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"{type(self).__name__} needs at least two classes; y has one class.")
        return x[counted], index, weight[counted]

    def _regularised(
        self, rows: Sequence[Rows], means: FloatArray, covariance: FloatArray
    ) -> tuple[FloatArray, float]:
        """Return the covariance that the rows of one or all classes end with, and its shrinkage."""
        variances = np.diag(covariance)
        if isinstance(self.shrinkage, str):
            sd = np.sqrt(np.where(variances > 0, variances, 1.0))
            residuals = np.concatenate(
                [completed(x, m, covariance) - m for (x, _), m in zip(rows, means, strict=True)]
            )
            intensity = ledoit_wolf_intensity(residuals / sd, np.concatenate([w for _, w in rows]))
        else:
            intensity = float(self.shrinkage)
        shrunk = (1 - intensity) * covariance + np.diag(intensity * variances)
        return shrunk + self.least_sd**2 * np.eye(len(variances)), intensity

    def predict_proba(self, X: Any) -> FloatArray:
        """Return the probability of each class (n, k), in the order of ``classes_``."""
        check_is_fitted(self)
        x = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False)
        return self.predictor_.probabilities(x)

    def predict(self, X: Any) -> np.ndarray:
        """Return the most probable class of each row (n,)."""
        most_probable = self.predict_proba(X).argmax(axis=1)
        return np.asarray(self.classes_[most_probable])

    def __sklearn_tags__(self) -> Any:
        """Tell scikit-learn that NaN may stand in the table."""
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags


def _within(value: Any, low: float, high: float) -> bool:
    return (
        isinstance(value, int | float | np.number) and bool(low <= value <= high) and bool(np.isfinite(value))
    )


def _moments(
    x: FloatArray, weight: FloatArray, mean: ArrayLike = 0.0, variance: ArrayLike = 1.0
) -> tuple[FloatArray, FloatArray]:
    """Return mean and variance (p,) of what was measured, or what is given where nothing was."""
    w = np.where(np.isnan(x), 0.0, weight[:, None])
    total = w.sum(axis=0)
    known = total > 0
    total[~known] = 1.0
    found = (w * np.nan_to_num(x)).sum(axis=0) / total
    spread = (w * np.nan_to_num(x - found) ** 2).sum(axis=0) / total
    return np.where(known, found, mean), np.where(known, spread, variance)


def ledoit_wolf_intensity(residuals: FloatArray, weight: FloatArray) -> float:
    """Return the shrinkage from 0 to 1 that has the least expected squared error.

    It is meant towards a multiple of the identity, which for columns of unit variance is the diagonal of
    their covariance.

    Parameters
    ----------
    residuals : (n, p) float64
        Differences from the mean, over the standard deviation of the column.
    weight : (n,) float64
        How often each row is there.

    References
    ----------
    Ledoit & Wolf 2004, doi:10.1016/S0047-259X(03)00096-4, section 3.3.
    """
    n, p = weight.sum(), residuals.shape[1]
    covariance = (residuals.T * weight) @ residuals / n
    apart = np.sum((covariance - np.trace(covariance) / p * np.eye(p)) ** 2)
    if apart == 0:
        return 1.0
    fourth = weight @ np.sum(residuals**2, axis=1) ** 2 / n
    noise = max(fourth - np.sum(covariance**2), 0.0) / n
    return float(min(noise / apart, 1.0))


def distribution_table(
    predictor: GaussianClasses, classes: Sequence[str], inputs: Sequence[str]
) -> pd.DataFrame:
    """Return the distribution of each class as a table, one row for each class and input.

    Parameters
    ----------
    predictor : GaussianClasses
        Of k classes and p inputs.
    classes : sequence of k str
        Names of the classes.
    inputs : sequence of p str
        Names of the inputs.

    Returns
    -------
    pandas.DataFrame
        ``phase``, ``oxide``, ``mean`` and ``sd`` in wt%, and a column for each input with the correlation.
    """
    import pandas as pd

    if predictor.means.shape != (len(classes), len(inputs)):
        raise ValueError(f"{predictor.means.shape=} does not fit {len(classes)=} and {len(inputs)=}")
    table = {
        "phase": np.repeat(np.asarray(classes, dtype=object), len(inputs)),
        "oxide": np.tile(np.asarray(inputs, dtype=object), len(classes)),
        "mean": predictor.means.ravel(),
        "sd": predictor.sd.ravel(),
    }
    correlations = predictor.correlations.reshape(-1, len(inputs))
    return pd.DataFrame(table | {f"r_{name}": correlations[:, j] for j, name in enumerate(inputs)})
