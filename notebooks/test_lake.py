"""What lake.py promises, on the demo's lake: `make notebooks` runs it before the notebooks."""
import os
import pathlib
import tempfile
import unittest

import pandas as pd

import lake as module
from lake import Lake, LakeError

LAKE = os.environ.get("LAKE", str(pathlib.Path(__file__).resolve().parent.parent / "lake"))
TYPES = """select 1 as whole, cast(null as bigint) as absent, 1.5 as decimal, cast(2.5 as double) as double, true as yes, '' as blank, cast(null as varchar) as text,
    timestamp '2026-03-09 10:00:00.123' as moment, date '2026-03-09' as day, cast(null as timestamp) as never, ['a', null] as list, sum(1) as total, 9007199254740993 as large"""


class LakeTest(unittest.TestCase):
    def check_types(self, lake):
        frame = lake.sql(TYPES)
        self.assertEqual(["Int64", "Int64", "Float64", "Float64", "boolean", "object", "object", "datetime64[ns]", "datetime64[ns]", "datetime64[ns]", "object", "Int64", "Int64"], [str(kind) for kind in frame.dtypes])
        row = frame.iloc[0]
        self.assertEqual((1, 1.5, 2.5, True, "", ["a", None], 1, 9007199254740993), (row.whole, row.decimal, row.double, row.yes, row.blank, row.list, row.total, row.large))
        self.assertEqual((pd.Timestamp("2026-03-09 10:00:00.123"), pd.Timestamp("2026-03-09")), (row.moment, row.day))
        self.assertTrue(pd.isna(row.absent) and row.text is None and pd.isna(row.never))

    def test_values_have_their_types_and_null_is_not_an_empty_text(self):
        self.check_types(Lake(LAKE, use_duckdb=False))

    def test_an_answer_without_rows_has_its_columns_and_types(self):
        frame = Lake(LAKE).sql("select event_date, event_count from activity_daily where false")
        self.assertEqual((0, ["event_date", "event_count"], "Int64"), (len(frame), list(frame.columns), str(frame.event_count.dtype)))

    def test_a_view_and_the_list_of_views(self):
        lake = Lake(LAKE)
        self.assertGreater(len(lake.view("activity_daily", "event_date >= '2026-03-09'")), 0)
        self.assertTrue(lake.views().question.str.contains("?", regex=False).all())

    def test_what_is_missing_is_said(self):
        with tempfile.TemporaryDirectory() as folder:
            with self.assertRaisesRegex(LakeError, "expected a lake's folder, found nothing.*make demo"):
                Lake(os.path.join(folder, "nowhere"))
            with self.assertRaisesRegex(LakeError, "expected the program traillake, found nothing.*make build"):
                Lake(folder, program=os.path.join(folder, "traillake"))
        with self.assertRaisesRegex(LakeError, "no_such_table"):
            Lake(LAKE).sql("select * from no_such_table")

    @unittest.skipIf(module.duckdb is None, "the duckdb package is not installed, so the two ways are not compared")
    def test_both_ways_give_the_same(self):
        direct, program = Lake(LAKE, use_duckdb=True), Lake(LAKE, use_duckdb=False)
        self.check_types(direct)
        for view in program.views().name:
            query = f"select * from {view} order by all"
            pd.testing.assert_frame_equal(program.sql(query), direct.sql(query))


if __name__ == "__main__":
    unittest.main()
