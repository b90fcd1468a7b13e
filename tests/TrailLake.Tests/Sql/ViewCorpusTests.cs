using TrailLake.Sql;

namespace TrailLake.Tests.Sql;

/// <summary>The views on real records, which have fields of other types, empty texts, placeholders and broken JSON where a view would not think of them.</summary>
public sealed class ViewCorpusTests
{
    /// <remarks>On the corpus where TRAILLAKE_CORPUS names one, else on the files of odd shapes.</remarks>
    [Fact]
    public void Every_view_answers_on_real_records()
    {
        var corpus = Environment.GetEnvironmentVariable("TRAILLAKE_CORPUS");
        var source = string.IsNullOrEmpty(corpus) ? Repository.PathOf("tests", "TrailLake.Tests", "Samples", "shapes") : Path.Combine(corpus, "records");
        using var folder = new TempFolder();
        var ingest = TraillakeProcess.Run("ingest", source, folder["lake"], "--quiet");
        Assert.True(ingest.Status is 0 or 1, ingest.ToString());

        using var catalog = LakeCatalog.Open(folder["lake"]);
        foreach (var view in SqlLibrary.Views)
        {
            // Every value is made, and none is kept.
            using var result = catalog.Query($"select count(*), bit_xor(hash(columns(*))) from {view.Name}");
            Assert.Single(result.Rows());
        }
    }
}
