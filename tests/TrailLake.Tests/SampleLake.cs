[assembly: AssemblyFixture(typeof(TrailLake.Tests.SampleLake))]

namespace TrailLake.Tests;

/// <summary>The lake that the program makes of Samples/trail, made once for all tests that only read it.</summary>
public sealed class SampleLake : IDisposable
{
    readonly TempFolder _folder = new();
    readonly Lazy<TraillakeProcess> _ingest; // made when the first test asks: a run of other tests need not wait for it

    public SampleLake() => _ingest = new(() => TraillakeProcess.Run("ingest", Trail, _folder["lake"], "--json"));

    public static string Trail { get; } = Repository.PathOf("tests", "TrailLake.Tests", "Samples", "trail");

    /// <summary>What the program said when it made the lake.</summary>
    internal TraillakeProcess Ingest => _ingest.Value;

    public string Location
    {
        get
        {
            _ = Ingest;
            return _folder["lake"];
        }
    }

    public void Dispose() => _folder.Dispose();
}
