#!/bin/sh
# Builds the sdist and from it the wheel, installs the wheel into an empty environment, and runs the whole suite there.
# What users get is what is tested; `pytest` in the checkout is the quick way while something is written.
# Usage: tools/test_wheel.sh PYTHON [OPTIONS OF PYTEST...]
set -eu

python=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
shift
checkout=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$python" -m build --outdir "$work/dist" "$checkout" >"$work/build.log" 2>&1 || { cat "$work/build.log"; exit 1; }
"$python" -m venv "$work/venv"
wheel=$(ls "$work"/dist/*.whl)
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "$wheel[dev]"

# The tests run on a copy beside which there is no package to import by accident; the checkout lends its texts.
cp -R "$checkout/reference_impl/tests" "$work/tests"
cp -R "$checkout/conformance/tests" "$work/conformance_tests"
cp "$checkout/pyproject.toml" "$work/pyproject.toml"
cd "$work"
OPENTOKENOMICS_CHECKOUT="$checkout" "$work/venv/bin/python" -m pytest --rootdir "$work" -c pyproject.toml \
  --override-ini "pythonpath=tests/support conformance_tests" --numprocesses 2 --dist worksteal -q \
  "$@" tests conformance_tests
"$work/venv/bin/python" -c 'import opentokenomics, sys; sys.exit("site-packages" not in opentokenomics.__file__)'
