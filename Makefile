# Every target sets up what it needs in $(VENV); second runs reuse it.
PYTHON ?= python3
VENV ?= .venv
RECIPE ?= default
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check --quiet

.PHONY: help demo test lint wheel bench train clean

help:
	@echo "make demo    classify the reference analyses in examples/: a table, a CSV, a figure and a page in demo/"
	@echo "make test    run the tests"
	@echo "make lint    ruff, mypy and the import contracts"
	@echo "make wheel   build the wheel into dist/ and check it"
	@echo "make bench   measure speed and accuracy, and write them into README.md and docs/figures.md"
	@echo "make train   train the model of RECIPE ($(RECIPE)), those of ten oxides and the explorer; the data lie in PHASEWISE_DATA"
	@echo "make clean   remove what the targets above made, the environment excepted"

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "phasewise needs Python 3.11 or newer, as in: make demo PYTHON=python3.11" >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv $(VENV) || { \
	  echo "No virtual environment could be made. On Debian or Ubuntu: sudo apt install python3-venv" >&2; exit 1; }
	@touch $@

$(VENV)/.installed-user: $(VENV)/.made pyproject.toml
	@echo "Installing phasewise into $(VENV) ..."
	$(PIP) --editable ".[excel,report]"
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.made pyproject.toml
	@echo "Installing phasewise and its development tools into $(VENV) ..."
	$(PIP) --editable ".[dev]"
	@touch $@ $(VENV)/.installed-user

demo: $(VENV)/.installed-user
	@mkdir -p demo
	$(BIN)/phasewise classify examples/reference_analyses.csv \
	  --out demo/reference_analyses_classified.csv --plot demo/reference_analyses.png \
	  --report demo/reference_analyses.html --show --force

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n 2

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

wheel: $(VENV)/.installed-dev
	@rm -rf dist
	$(BIN)/python -m build --wheel --outdir dist >/dev/null
	@test -n "$$(find dist -name 'phasewise-*-py3-none-any.whl' -size -20480k)" || { \
	  echo "The wheel must be pure Python and smaller than 20 MB; dist/ holds:" >&2; ls -l dist >&2; exit 1; }
	@ls -l dist

bench: $(VENV)/.installed-dev
	@test -f runs/$(RECIPE)/card.toml || $(MAKE) train
	$(BIN)/python benchmarks/speed.py
	$(BIN)/python benchmarks/cleaning.py
	$(BIN)/python benchmarks/exam.py runs/$(RECIPE)
	$(BIN)/python benchmarks/masks.py runs/$(RECIPE)
	$(BIN)/python benchmarks/mixtures.py runs/$(RECIPE)
	$(BIN)/python benchmarks/measurement_error.py
	$(BIN)/python benchmarks/formula_fits.py
	$(BIN)/python benchmarks/formulae.py
	$(BIN)/python benchmarks/species.py
	$(BIN)/python benchmarks/spinel_space.py
	$(BIN)/python benchmarks/render_minerals.py
	$(BIN)/phasewise evaluate ten_oxides --out runs/ten_oxides
	$(BIN)/python benchmarks/nested.py runs/ten_oxides
	$(BIN)/python benchmarks/transfer.py runs/ten_oxides runs/$(RECIPE)
	$(BIN)/python benchmarks/mixup.py
	$(BIN)/python benchmarks/missing_oxides.py
	$(BIN)/python benchmarks/bayesian_speed.py
	$(BIN)/python benchmarks/distributions.py
	$(BIN)/python benchmarks/audit.py
	$(BIN)/python benchmarks/audited_tables.py
	$(BIN)/python benchmarks/cascades.py
	$(BIN)/python benchmarks/explore.py
	$(BIN)/python benchmarks/explore_map.py
	$(BIN)/python benchmarks/explore_novelty.py
	$(BIN)/python benchmarks/explore_scale.py
	$(BIN)/python benchmarks/explore_example.py
	$(BIN)/python benchmarks/session.py
	$(BIN)/python benchmarks/render_session.py
	$(BIN)/python benchmarks/render.py

train: $(VENV)/.installed-dev
	$(BIN)/phasewise train $(RECIPE)
	$(BIN)/phasewise train ten_oxides
	$(BIN)/phasewise train explorer

clean:
	rm -rf demo dist build .pytest_cache .hypothesis .mypy_cache .ruff_cache .import_linter_cache
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
