namespace TrailLake.Tests;

public sealed class RehearsalTests
{
    [Fact]
    public void It_goes_all_the_way_that_a_run_goes()
    {
        var report = Rehearsal.Run();
        Assert.Equal((2, 2, 0), (report.RecordsRead, report.RecordsWritten, report.RecordsQuarantined));
        Assert.Equal(2, report.FilesWritten);
        Assert.True(report.IsExact);
    }
}
