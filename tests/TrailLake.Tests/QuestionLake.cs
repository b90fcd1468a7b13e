[assembly: AssemblyFixture(typeof(TrailLake.Tests.QuestionLake))]

namespace TrailLake.Tests;

/// <summary>The lake that views are judged on: Samples/trail, and into the same lake Samples/questions, whose records are hits and near misses of the views.</summary>
public sealed class QuestionLake : IDisposable
{
    readonly TempFolder _folder = new();
    readonly Lazy<string> _location; // made when the first test asks

    public QuestionLake() => _location = new(() =>
    {
        foreach (var source in Sql.Answers.SampleRecords.Folders)
        {
            var ingest = TraillakeProcess.Run("ingest", source, _folder["lake"], "--quiet");
            Assert.True(ingest.Status is 0 or 1, ingest.ToString()); // the trail has a broken record
        }
        return _folder["lake"];
    });

    public string Location => _location.Value;

    public void Dispose() => _folder.Dispose();
}
