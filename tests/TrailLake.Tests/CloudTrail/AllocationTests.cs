using System.Runtime.InteropServices;
using System.Text;
using TrailLake.CloudTrail;

namespace TrailLake.Tests.CloudTrail;

/// <summary>What the record loop may allocate once it has met a trail's identities and services.</summary>
public sealed unsafe class AllocationTests
{
    const int Records = 2_000, Rounds = 5;

    [Theory]
    [InlineData("", 0)] // the ordinary event
    [InlineData("\"errorCode\":\"AccessDenied\",\"errorMessage\":\"User: arn:aws:iam::1:user\\/x is not authorized\"", 0)]
    [InlineData("\"tenant\":\"blue\"", 96)] // a field without a column: the careful way, which notes the name
    public void Reading_a_record_allocates_next_to_nothing(string more, long bytesPerRecord)
    {
        using var shared = new SharedValues(8 << 20);
        using var batch = new RowBatch(shared);
        using var reader = new RecordReader(batch);
        var file = Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, Records).Select(i => TestLake.Record(i, more))));
        var window = (byte*)NativeMemory.AllocZeroed((nuint)file.Length + 128);
        file.CopyTo(new Span<byte>(window, file.Length));
        Read(); // buffers grow, and what records share is met
        Read();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < Rounds; round++)
            Read();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        NativeMemory.Free(window);
        Assert.InRange(allocated, 0, Records * Rounds * bytesPerRecord + 8192); // the runtime's own, now and then

        void Read()
        {
            batch.Clear();
            var index = 0;
            for (var rest = new ReadOnlySpan<byte>(window, file.Length); !rest.IsEmpty; index++)
            {
                var end = rest.IndexOf((byte)'\n') is var at and >= 0 ? at : rest.Length;
                Assert.Null(reader.Read(rest[..end], 0, index));
                rest = rest[Math.Min(end + 1, rest.Length)..];
            }
        }
    }

    [Fact]
    public void A_row_that_moves_while_it_grows_keeps_its_flags()
    {
        using var shared = new SharedValues(8 << 20);
        using var batch = new RowBatch(shared);
        using var reader = new RecordReader(batch);
        var json = Encoding.UTF8.GetBytes(TestLake.Record(1, "\"errorMessage\":\"denied\""));
        var native = (byte*)NativeMemory.AllocZeroed((nuint)json.Length + 128);
        json.CopyTo(new Span<byte>(native, json.Length));
        for (var i = 0; i < 20_000; i++)
            Assert.Null(reader.Read(new ReadOnlySpan<byte>(native, json.Length), 0, i));
        foreach (var place in batch.Places)
            Assert.True(batch.Header(place.Words).Has(RowFlags.IsError));
        NativeMemory.Free(native);
    }
}
