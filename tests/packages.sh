#!/bin/sh
# Tries each package of a folder as its users would: unpacked in an empty folder, with nothing of the clone in reach, it ingests the sample
# trail and answers a question. Prints a line for each; exit 1 with what went wrong.
set -eu
dist=$(cd "$1" && pwd)
trail=$(cd "$(dirname "$0")" && pwd)/TrailLake.Tests/Samples/trail
source=$(cd "$(dirname "$0")" && pwd)/../src/TrailLake/TrailLake.csproj
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset TRAILLAKE_DUCKDB
export DOTNET_ROOT="${DOTNET_ROOT:-$(dirname "$(readlink -f "$(command -v dotnet)")")}" # where a tool looks for the runtime

fail() { echo "packages: $1" >&2; exit 1; }

# NAME PROGRAM [CONFIG]: the runtime's settings are in the file CONFIG; without it, the program is compiled ahead of time.
try() {
    mkdir "$work/$1-empty"
    cd "$work/$1-empty"
    "$2" --version > version || fail "$1: --version ended with $?"
    grep -q '^DuckDB *v' version || fail "$1: expected DuckDB's version, found: $(cat version)"
    status=0
    "$2" ingest "$trail" lake > ingest || status=$?
    [ "$status" -eq 1 ] || fail "$1: expected exit status 1 of the ingest, since one record of the samples is broken, found $status: $(cat ingest)"
    answer=$("$2" query lake "select count(*) > 100 as enough, count(distinct service) > 5 as of_services from events")
    [ "$answer" = "enough,of_services
true,true" ] || fail "$1: expected many events, found: $answer"
    [ $# -eq 3 ] || grep -q 'compiled ahead of time$' version || fail "$1: expected a program that is compiled ahead of time, found: $(cat version)"
    [ $# -eq 2 ] || for setting in 'TieredCompilation.CallCountThreshold": *1024' 'TieredCompilation.CallCountingDelayMs": *0' 'TieredPGO": *false' 'System.GC.Concurrent": *false'; do
        grep -aq "$setting" "$3" || fail "$1: expected $setting among the runtime's settings in $3, found none"
    done
    echo "$1: works in an empty folder ($(head -n 1 version), $(du -h "$(readlink -f "$2")" | cut -f1) $(basename "$2"))"
}

(cd "$dist" && sha256sum --check --quiet SHA256SUMS)
for name in linux-x64 portable; do
    tar -C "$work" -xzf "$dist"/traillake-*-"$name".tar.gz
done
linux=$(echo "$work"/traillake-*-linux-x64)
portable=$(echo "$work"/traillake-*-portable)
ln -s "$linux/traillake" "$work/traillake" # as docs/scheduling.md installs it

# FOLDER: the licences of what is in it, each library's of others by its name.
licences() {
    for file in LICENSE LICENSE.DuckDB THIRD-PARTY-NOTICES.txt; do [ -s "$1/$file" ] || fail "$1: expected $file, found none"; done
    grep -q '^Copyright.*TrailLake' "$1/LICENSE" || fail "$1/LICENSE: expected TrailLake's authors to hold the copyright, found: $(grep '^Copyright' "$1/LICENSE")"
    for name in $(sed -n 's/.*<PackageReference Include="\([^"]*\)".*/\1/p' "$source"); do
        grep -qF "$name" "$1/THIRD-PARTY-NOTICES.txt" || fail "$1/THIRD-PARTY-NOTICES.txt: expected the licence of $name, found none"
    done
}
licences "$linux"
licences "$portable"

# FOLDER: what its pages link to is there, and nothing lies there that nobody reads.
pages() {
    for page in README.md docs/athena.md docs/s3.md docs/scheduling.md sql/README.md sql/columns.md; do
        [ -s "$1/$page" ] || fail "$1: expected $page, found none"
        for link in $(grep -o '](\([^)#:]*\))' "$1/$page" | tr -d '](,)'); do
            [ -e "$(dirname "$1/$page")/$link" ] || fail "$1/$page: expected $link, to which it links, found none"
        done
    done
    ! ls "$1"/*.xml 2>/dev/null || fail "$1: expected no documentation of the code, found the files above"
}
pages "$linux"
pages "$portable"
[ -s "$linux/NOTICES.dotnet.txt" ] || fail "$linux: expected NOTICES.dotnet.txt, as .NET is in the program, found none"

try linux-x64 "$work/traillake"
try portable "$portable/traillake" "$portable/traillake.runtimeconfig.json"

cd "$work"
dotnet tool install TrailLake --tool-path "$work/tool" --source "$dist" > install 2>&1 || fail "tool: $(cat install)"
licences "$(dirname "$(find "$work/tool" -name traillake.runtimeconfig.json | head -n 1)")"
try tool "$work/tool/traillake" "$(find "$work/tool" -name traillake.runtimeconfig.json | head -n 1)"
