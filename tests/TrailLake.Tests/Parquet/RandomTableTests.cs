using FsCheck;
using FsCheck.Fluent;
using TrailLake.Parquet;

namespace TrailLake.Tests.Parquet;

/// <summary>Random schemas and values, written and read back; DuckDB judges some of them.</summary>
public sealed class RandomTableTests
{
    // A fixed seed: a failure is the same tomorrow, and FsCheck's message names the smallest table that shows it.
    static readonly Config Fixed = Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithReplay(20241105, 7);

    [Fact]
    public void Any_table_reads_back_as_it_was_written() =>
        Check.One(Fixed.WithMaxTest(150), Prop.ForAll(Arb.From(Shapes), shape =>
        {
            var (table, options) = Make(shape);
            using var reader = new ParquetReader("random", new MemoryStream(table.Write(options)));
            TestTable.AssertSame(table.Spelled(), TestTable.Spelled(reader), $"TrailLake.Parquet, {shape}");
        }));

    [Fact]
    public void Any_table_is_the_same_to_DuckDB() =>
        Check.One(Fixed.WithMaxTest(25), Prop.ForAll(Arb.From(Shapes), shape =>
        {
            var (table, options) = Make(shape);
            table.AssertReadBack(options);
        }));

    [Fact]
    public void The_same_rows_give_the_same_bytes() =>
        Check.One(Fixed.WithMaxTest(25), Prop.ForAll(Arb.From(Shapes), shape =>
        {
            var (table, options) = Make(shape);
            Assert.True(table.Write(options).AsSpan().SequenceEqual(Make(shape).Table.Write(options)), $"{shape}");
        }));

    public sealed record Shape(int Seed, int Columns, int Rows, int Distinct, int NullsOfTen, int PageRows, int PageBytes, int GroupRows, ParquetCodec Codec);

    static Gen<Shape> Shapes =>
        from seed in Gen.Choose(0, int.MaxValue)
        from columns in Gen.Choose(1, 8)
        from rows in Gen.OneOf(Gen.Choose(0, 20), Gen.Choose(0, 700))
        from distinct in Gen.Elements(1, 2, 3, 9, 200, 100_000)
        from nulls in Gen.Elements(0, 0, 1, 5, 10)
        from pageRows in Gen.Elements(1, 8, 9, 100, 20_000)
        from pageBytes in Gen.Elements(10, 1_000, 1 << 20)
        from groupRows in Gen.Elements(1, 50, 333, 100_000)
        from codec in Gen.Elements(ParquetCodec.None, ParquetCodec.Snappy, ParquetCodec.Gzip, ParquetCodec.Zstd)
        select new Shape(seed, columns, rows, distinct, nulls, Math.Max(pageRows, rows / 50), pageBytes, Math.Max(groupRows, rows / 20), codec);

    static (TestTable Table, ParquetOptions Options) Make(Shape shape)
    {
        var random = new Random(shape.Seed);
        var columns = Enumerable.Range(0, shape.Columns).Select(i =>
        {
            var type = (ParquetType)random.Next(7);
            var isList = type == ParquetType.Text && random.Next(3) == 0;
            var column = new ParquetColumn($"c{i}_{type}", type, isList) { HasBloomFilter = random.Next(2) == 0, NeverDictionary = random.Next(4) == 0, HasStatistics = random.Next(3) > 0 };
            object?[] values = [.. Enumerable.Range(0, shape.Rows).Select(_ => random.Next(10) < shape.NullsOfTen ? null : Value(random, column, shape.Distinct))];
            return (column, values);
        });
        return (new TestTable([.. columns]), new ParquetOptions { PageRows = shape.PageRows, PageBytes = shape.PageBytes, RowGroupRows = shape.GroupRows, Codec = shape.Codec, DictionaryBytes = 500 << random.Next(12), UsesDelta = random.Next(4) > 0 });
    }

    static object Value(Random random, ParquetColumn column, int distinct) => column.Type switch
    {
        ParquetType.Boolean => random.Next(Math.Min(2, distinct)) == 0,
        ParquetType.Int32 => (long)(int)Integer(random, distinct),
        ParquetType.Int64 => Integer(random, distinct),
        ParquetType.TimestampMillis => 1_700_000_000_000L + random.Next(distinct) * 1_000L,
        ParquetType.Double => distinct < 100_000 ? random.Next(distinct) / 4.0 : BitConverter.Int64BitsToDouble(random.NextInt64()) is var any && double.IsNaN(any) ? 0 : any,
        ParquetType.Binary => BitConverter.GetBytes(random.Next(distinct))[..random.Next(5)],
        _ when column.IsList => Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(5) == 0 ? null : Text(random, distinct)).ToArray(),
        _ => Text(random, distinct),
    };

    static long Integer(Random random, int distinct) =>
        distinct < 100_000 ? random.Next(distinct) : random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64);

    static string Text(Random random, int distinct) =>
        random.Next(distinct) is var number && number % 11 == 0 ? new string((char)('é' + number % 1_000), number % 90) : $"text {number}";
}
