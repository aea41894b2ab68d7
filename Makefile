# The road from a fresh checkout to the book. Needs Python 3.11+, make (3.81 or newer) and nothing else.
# `make PYTHON=python3.12 book` chooses another Python to create the environment with.

PYTHON ?= python3
LOCK_FLAGS ?=
LAB_FLAGS ?=
MUTATION_FLAGS ?=
BENCH_FLAGS ?=
RELEASE_FLAGS ?=

# Inside the activated conda environment of environment.yml, use that one; otherwise make and use .venv.
# (conda's automatically activated "base", or any other environment, does not count.)
ifeq ($(notdir $(CONDA_DEFAULT_ENV)),$(shell sed -n 's/^name: *//p' environment.yml))
ENV := $(CONDA_PREFIX)
STAMP :=
else
ENV := $(CURDIR)/.venv
STAMP := .venv/installed
endif
PY := "$(ENV)/bin/python"

# Nothing outside the checkout may change a result: no settings from the home folder, no kernel of another
# environment, no stray modules. Caches that would print warnings into a notebook get a place that can be written.
export IPYTHONDIR := $(CURDIR)/build/cache/ipython
export MPLCONFIGDIR := $(CURDIR)/build/cache/matplotlib
export PRE_COMMIT_HOME := $(CURDIR)/build/cache/pre-commit
export JUPYTER_PREFER_ENV_PATH := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONUTF8 := 1
unexport JUPYTER_PATH MATPLOTLIBRC MPLBACKEND PYTHONHOME PYTHONPATH PYTEST_ADDOPTS

.PHONY: help env book pdf teach release test test-browser lab mutation bench eval lint check lock hooks clean FORCE

help:  ## List the targets (this is what plain `make` does).
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s  %s\n", $$1, $$2 }' Makefile

env: $(STAMP)  ## Create or update the environment from requirements.lock (the other targets do it for you).
	@# Also true after the folder was moved: the package must be the one that lies here.
	@$(PY) -c 'import importlib.util as u, os, sys; \
	  sys.exit(not os.path.samefile(u.find_spec("budgetbook").origin, "src/budgetbook/__init__.py"))' 2>/dev/null \
	  || $(PY) -m pip install --quiet --no-deps --no-build-isolation -e .
	@# Built once here, because matplotlib announces it on stderr, which would end up in a notebook.
	@ls build/cache/matplotlib/fontlist-*.json >/dev/null 2>&1 || $(PY) -c 'import matplotlib.font_manager'

# A stamp says that the installation was completed; it is written last, so an interrupted one is done again.
# (The second line: an environment whose Python has gone away is not an environment.)
.venv/installed: pyproject.toml requirements.lock $(wildcard jupyter/etc/jupyter/*.py jupyter/etc/jupyter/labconfig/*.json)
.venv/installed: $(if $(wildcard .venv/bin/python),,FORCE)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo 'make: Python 3.11 or newer is needed, and "$(PYTHON)" is not that.' >&2; \
	  echo 'make: If you have one under another name, say so: make PYTHON=python3.12 ...' >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo 'make: this Python cannot make environments (venv or ensurepip is missing).' >&2; \
	  echo 'make: On Debian and Ubuntu: sudo apt install python3-venv' >&2; exit 1; }
	@.venv/bin/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@echo 'Installing the exact versions of requirements.lock into .venv (some 700 MB; about a minute) ...'
	.venv/bin/python -m pip install --require-hashes -r requirements.lock
	.venv/bin/python -m pip install --no-deps --no-build-isolation -e .
	@touch $@

FORCE:

.DELETE_ON_ERROR:

book: env  ## Execute the notebooks; rewrite figures/ and data/; render build/html/index.html.
	$(PY) book/build.py all

pdf: env  ## Print the book: build/reading-a-department-budget.pdf, from the stored outputs (needs Chromium).
	$(PY) book/build.py html
	$(PY) book/pdf.py

teach: env  ## Make the teacher's pack: build/teach (pages; its PDFs need Chromium, and it says so if there is none).
	$(PY) tools/teach.py

release: env  ## Pack the edition and the notebooks of a clean checkout, with checksums: build/release/.
	$(PY) tools/release.py $(RELEASE_FLAGS)

# On Linux, kernels are forked from a process that has made the imports; BUDGETBOOK_KERNELS=plain starts each anew.
test: env  ## Run everything that can fail: strict nbval on every notebook, unit tests, notebook rules.
	$(PY) -m pytest

test-browser: env  ## Try the finished pages in a real browser (needs Chromium; says so if there is none).
	@$(PY) book/chromium.py
	@$(MAKE) --no-print-directory build/html/index.html
	$(PY) -m pytest --dist worksteal tests/browser

# The pages, if they are missing or older than what they are made from.
build/html/index.html: $(wildcard notebooks/*.ipynb book/*.* book/_static/*.* book/_templates/*.*)
	$(PY) book/build.py html

lab: env  ## Open the collection in JupyterLab.
	$(PY) -m jupyterlab --ServerApp.root_dir="$(CURDIR)" \
	  --LabApp.default_url=/lab/tree/notebooks/00-ten-minutes.ipynb $(LAB_FLAGS)

mutation: env  ## Change every figure on purpose and see who notices (MUTATION_FLAGS=--fast: without nbval).
	$(PY) tools/mutation.py $(MUTATION_FLAGS)

bench: env  ## Measure, as ratios in one run: the nbval suite against the floor and other tools, the build, the pages.
	$(PY) tools/bench.py $(BENCH_FLAGS)

eval: env  ## Measure how well other bodies' files are read (BUDGETBOOK_CORPUS=DIR names a folder of them).
	@$(PY) tools/evaluate.py

lint: env  ## Check style, spelling and notebook hygiene (the hooks of .pre-commit-config.yaml, on every file).
	PATH="$(ENV)/bin:$$PATH" $(PY) -m pre_commit run --all-files

check: env  ## Build the book again and fail if that changes any committed file.
	$(PY) book/build.py --check all

lock: env  ## Rewrite requirements.lock from pyproject.toml (newest versions: make lock LOCK_FLAGS=--upgrade).
	$(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-emit-index-url --group lab --group book --group test --group browser --group bench --group lint --group build --group lock \
	  $(LOCK_FLAGS) pyproject.toml -o requirements.lock

hooks: env  ## Run `make lint`'s checks on the changed files at every git commit.
	$(PY) -m pre_commit install

clean:  ## Remove everything that the other targets made, except the environment (rm -r .venv for that).
	rm -rf build .pytest_cache .ruff_cache .hypothesis notebooks/.ipynb_checkpoints
