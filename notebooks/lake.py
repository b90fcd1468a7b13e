"""A lake as typed pandas DataFrames, for notebooks and scripts.

    from lake import Lake
    lake = Lake("../lake")
    lake.sql("select service, sum(event_count) as events from activity_daily group by service")

It asks through the `duckdb` package where that is installed, else through `bin/traillake query`: the same tables, macros and views, the same
answer. Integers come as Int64, doubles and decimals as Float64, booleans as boolean, timestamps and dates as datetime64[ns] (UTC, without zone), lists as
Python lists, structs and maps as dicts, all else as text. NULL is <NA> (NaT, None), and stays apart from ''.
"""
import datetime
import json
import os
import pathlib
import shutil
import subprocess

import numpy as np
import pandas as pd

try:
    import duckdb
except ImportError:
    duckdb = None


class LakeError(Exception):
    """A lake, the program or a query is not what it should be; the message says what, and what to do."""


class Lake:
    """A lake on this disk, or, through the program, on S3."""

    def __init__(self, place, program=None, use_duckdb=None):
        """place: the lake's folder, or s3://bucket/prefix. program: bin/traillake, which is looked for in TRAILLAKE, in the clone, and in PATH.
        use_duckdb: True or False, or None for the duckdb package where it is installed."""
        self.place = str(place)
        on_disk = not self.place.startswith("s3://")
        if on_disk and not os.path.isdir(self.place):
            raise LakeError(f"{self.place}: expected a lake's folder, found {'a file' if os.path.exists(self.place) else 'nothing'}. `make demo` makes ./lake; `traillake ingest SOURCE LAKE` any other.")
        self.program = _find_program(program)
        if use_duckdb and duckdb is None:
            raise LakeError("use_duckdb: expected the duckdb package, found none: `pip install duckdb`, or leave it to bin/traillake.")
        self._duckdb = None
        if duckdb is not None and on_disk and use_duckdb is not False:
            self._duckdb = duckdb.connect()
            self.refresh()

    def refresh(self):
        """Takes up the views and files that came since; queries through the program always do."""
        if self._duckdb is not None:
            self._duckdb.execute(self._run("views", self.place, "--sql"))

    def sql(self, text):
        """The answer of one query as a DataFrame."""
        if self._duckdb is not None:
            try:
                cursor = self._duckdb.execute(text)
                columns = [(column[0], str(column[1])) for column in cursor.description]
                types = [str(row[1]) for row in self._duckdb.execute(f"describe {text}").fetchall()]
                rows = self._duckdb.execute(text).fetchall()
            except duckdb.Error as error:
                raise LakeError(f"query: {error}") from None
            return _frame([name for name, _ in columns], types, zip(*rows) if rows else None)
        text = text.strip().rstrip(";")
        described = json.loads(self._run("query", self.place, "--format", "json", f"describe {text}"))
        lines = self._run("query", self.place, "--format", "jsonl", text).splitlines()
        rows = [list(json.loads(line).values()) for line in lines]
        return _frame([row["column_name"] for row in described], [row["column_type"] for row in described], zip(*rows) if rows else None)

    def view(self, name, where="true"):
        """A view's rows: lake.view("root_activity", "event_date >= '2026-03-11'")."""
        return self.sql(f"select * from {name} where {where}")

    def views(self):
        """The views, with the question that each answers."""
        return pd.DataFrame(json.loads(self._run("views", self.place, "--json")), columns=["name", "question", "sql"])

    def _run(self, *arguments):
        done = subprocess.run([self.program, *arguments], capture_output=True, text=True, encoding="utf-8", stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            raise LakeError(done.stderr.strip() or f"{self.program} {' '.join(arguments[:2])}: exit status {done.returncode}")
        return done.stdout


def _find_program(program):
    clone = pathlib.Path(__file__).resolve().parent.parent / "bin" / "traillake"
    candidates = [program] if program else [os.environ.get("TRAILLAKE"), str(clone), shutil.which("traillake")]
    for candidate in candidates:
        if candidate and os.access(candidate, os.X_OK):
            return str(candidate)
    raise LakeError(f"{program or clone}: expected the program traillake, found nothing. `make build` makes it; or name it in the environment variable TRAILLAKE.")


_WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"}


def _frame(names, types, columns):
    columns = list(columns) if columns is not None else [()] * len(names)
    return pd.concat([_series(kind, list(values)).rename(name) for name, kind, values in zip(names, types, columns)], axis=1)


def _series(kind, values):
    kind = kind.upper()
    if kind in _WHOLE:
        return pd.Series(values, dtype="object" if any(value is not None and abs(value) >= 1 << 63 for value in values) else "Int64")
    if kind in ("FLOAT", "DOUBLE") or kind.startswith("DECIMAL") and not kind.endswith("]"):
        # Of NaN and the infinities, which JSON has no numbers for, come texts.
        return pd.Series([None if value is None else float(value) for value in values], dtype="Float64")
    if kind == "BOOLEAN":
        return pd.Series(values, dtype="boolean")
    if kind == "DATE" or kind.startswith("TIMESTAMP") and not kind.endswith("]"):
        # A time beyond the years 1677 to 2262, and infinity, is NaT.
        moments = np.array([_moment(value) for value in values], dtype="datetime64[us]")
        return pd.Series(pd.to_datetime(moments, errors="coerce")).astype("datetime64[ns]")
    return pd.Series(values, dtype="object")


def _moment(value):
    if value is None or isinstance(value, str):
        return "NaT" if value is None or value.endswith("infinity") else value.rstrip("Z")
    return value.astimezone(datetime.timezone.utc).replace(tzinfo=None) if getattr(value, "tzinfo", None) else value
