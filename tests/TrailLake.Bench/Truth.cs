using System.Text.Json;

namespace TrailLake.Bench;

/// <summary>What a generated trail holds, as its generator knows it: the number of events, and for each of some columns the number of values and the sum
/// of their checksums, in no order. Whoever reads the lake back must come to the same.</summary>
/// <param name="Parameters">What the trail was made with; the same parameters make the same trail.</param>
/// <param name="Events">Records in it.</param>
/// <param name="Partitions">Different combinations of service, day and region.</param>
/// <param name="Files">Log files.</param>
/// <param name="JsonBytes">Their size, unzipped.</param>
/// <param name="GzipBytes">Their size on disk.</param>
/// <param name="Rows">The sum over all events of a checksum of all columns together.</param>
/// <param name="Columns">Of each column, how many values, and the sum of their checksums.</param>
sealed record Truth(string Parameters, long Events, long Partitions, long Files, long JsonBytes, long GzipBytes, ulong Rows, IReadOnlyDictionary<string, ColumnSum> Columns)
{
    /// <summary>The columns that are summed, in the order of the row's checksum.</summary>
    public static readonly string[] Names =
    [
        "event_time", "event_id", "event_name", "source_ip_address", "user_agent", "error_code", "user_arn", "user_access_key_id",
        "request_id", "request_parameters", "response_elements", "additional_event_data", "resources",
    ];

    /// <summary>Beside the trail and not in it, where it would be taken for a log file.</summary>
    public static string PathOf(string trail) => Path.TrimEndingDirectorySeparator(trail) + ".truth.json";

    public static Truth? Find(string trail) =>
        File.Exists(PathOf(trail)) ? JsonSerializer.Deserialize(File.ReadAllText(PathOf(trail)), BenchJson.Default.Truth) : null;

    public static Truth Of(string trail) =>
        Find(trail) ?? throw new BenchException($"{PathOf(trail)}: expected what `generate` wrote of the trail, found nothing. Remove {trail} and generate it again.");

    public void Save(string trail) => File.WriteAllText(PathOf(trail), JsonSerializer.Serialize(this, BenchJson.Default.Truth));
}

/// <summary>How many values a column has, and the sum of their checksums.</summary>
sealed record ColumnSum(long Count, ulong Sum);

/// <summary>Adds up rows of the columns of <see cref="Truth.Names"/>.</summary>
sealed class TruthSums
{
    readonly long[] _counts = new long[Truth.Names.Length];
    readonly ulong[] _sums = new ulong[Truth.Names.Length];
    readonly HashSet<(string Service, int Day, string Region)> _partitions = [];
    ulong _row;
    ulong _rows;

    public long Events { get; private set; }

    /// <summary>Takes the next column's value of a row. An absent value is not the empty one.</summary>
    public void Add(int column, ReadOnlySpan<byte> value)
    {
        var hash = Checksum.Of(value);
        _counts[column]++;
        _sums[column] += hash;
        _row = Checksum.Then(_row, hash + (ulong)column);
    }

    /// <summary>Ends a row, which belongs into a partition.</summary>
    public void EndRow(string service, DateTime time, string region)
    {
        _partitions.Add((service, (int)(time.Ticks / TimeSpan.TicksPerDay), region));
        Events++;
        _rows += _row;
        _row = 0;
    }

    public void Add(TruthSums other)
    {
        Events += other.Events;
        _rows += other._rows;
        _partitions.UnionWith(other._partitions);
        for (var column = 0; column < _counts.Length; column++)
        {
            _counts[column] += other._counts[column];
            _sums[column] += other._sums[column];
        }
    }

    public Truth ToTruth(string parameters, long files, long jsonBytes, long gzipBytes) =>
        new(parameters, Events, _partitions.Count, files, jsonBytes, gzipBytes, _rows, Truth.Names.Select((name, column) => (name, column)).ToDictionary(pair => pair.name, pair => new ColumnSum(_counts[pair.column], _sums[pair.column])));
}

/// <summary>What stops a bench: a message that says what was expected, what was found and what to do.</summary>
sealed class BenchException(string message) : Exception(message);
