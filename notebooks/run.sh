#!/bin/sh
# Runs every notebook from its first cell to its last, on the lake named LAKE (../lake), and keeps nothing of what they print, but in OUT where that is set.
# A cell that fails ends it with status 1. What it needs is Debian's Jupyter, which it installs where it may.
set -eu
cd "$(dirname "$0")"

convert=/usr/bin/jupyter-nbconvert # of Debian, whose packages belong together; another Python's comes after it
if ! { [ -x "$convert" ] && /usr/bin/python3 -c 'import ipykernel, pandas, matplotlib' 2>/dev/null; }; then
    if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -qq
        apt-get install -y -qq --no-install-recommends jupyter-nbconvert python3-ipykernel python3-pandas python3-matplotlib >/dev/null
    else
        convert=$(command -v jupyter-nbconvert) || { echo "notebooks: Jupyter is missing: install jupyter-nbconvert, python3-ipykernel, python3-pandas and python3-matplotlib (apt), or nbconvert, ipykernel, pandas and matplotlib (pip)" >&2; exit 1; }
    fi
fi

out=${OUT:-$(mktemp -d)}
[ -n "${OUT:-}" ] || trap 'rm -rf "$out"' EXIT
if [ $# -eq 0 ]; then
    python=/usr/bin/python3
    "$python" -c 'import pandas' 2>/dev/null || python=python3
    PYTHONDONTWRITEBYTECODE=1 "$python" -m unittest --verbose test_lake
    set -- *.ipynb
fi
for notebook in "$@"; do
    PYDEVD_DISABLE_FILE_VALIDATION=1 "$convert" --log-level ERROR --to notebook --execute --output-dir "$out" "$notebook" || { echo "notebooks/$notebook: a cell failed; see above" >&2; exit 1; }
    echo "notebooks/$notebook: every cell ran"
done
