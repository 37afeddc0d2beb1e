# make run    a running site on http://127.0.0.1:8000
# make test   everything: checks, tests on both databases, browser tests
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# What is installed is stamped inside .venv under a checksum of pyproject.toml: a second run installs nothing,
# a changed dependency or a deleted .venv installs again.
KEY := $(shell cksum < pyproject.toml | tr -cd 0-9)
INSTALLED := .venv/installed-$(KEY)
INSTALLED_DEV := .venv/installed-dev-$(KEY)

# The rooms without database and web: they must also work on the newer Pythons.
PURE := texts definitions conditions forms rules calendars roster access engine checking

.PHONY: help run test check fmt bench screenshots test-pythons clean

help: ## this list 本说明
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

run: $(INSTALLED) ## a running site with demo data 启动示例站点
	@exec .venv/bin/liaison demo

test: check ## checks and all tests; ARGS="-k word" selects 全部检查和测试
	scripts/browser
	scripts/with-postgresql scripts/in-memory .venv/bin/pytest -n 3 --dist worksteal $(ARGS)

check: $(INSTALLED_DEV) ## lint, format, types, layers 静态检查
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports

fmt: $(INSTALLED_DEV) ## bring the code into shape 整理格式
	.venv/bin/ruff check --fix
	.venv/bin/ruff format

bench: $(INSTALLED_DEV) ## measure 性能测量
	.venv/bin/pip install --quiet --editable '.[bench]'
	scripts/with-postgresql .venv/bin/python -m benchmarks

screenshots: $(INSTALLED_DEV) ## the pictures of the documentation 更新文档截图
	scripts/browser
	.venv/bin/python scripts/screenshots

test-pythons: $(INSTALLED_DEV) ## the pure rooms on the other Pythons 在其他 Python 版本上测试
	scripts/other-pythons $(wildcard $(PURE:%=tests/liaison/%)) $(ARGS)

clean: ## remove what was built and installed 清除生成的文件
	rm -rf .venv build dist test-results .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(INSTALLED):
	@scripts/install
	@rm -f .venv/installed-*
	@touch $@

$(INSTALLED_DEV): $(INSTALLED)
	@scripts/install dev
	@touch $@
