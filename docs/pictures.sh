#!/bin/sh
# Makes the README's pictures again, of the demo's lake: docs/report.png and docs/notebook.png. It takes Chromium, and what `make notebooks` takes.
set -eu
cd "$(dirname "$0")/.."
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || { echo "pictures: expected Chromium, found none: apt-get install chromium" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

bin/traillake report lake "$work/report.html" --quiet
OUT="$work" notebooks/run.sh 02_investigate_a_principal.ipynb
/usr/bin/jupyter-nbconvert --log-level ERROR --to html --output notebook.html --output-dir "$work" "$work/02_investigate_a_principal.ipynb"
node docs/pictures.mjs "$browser" "$work" docs
