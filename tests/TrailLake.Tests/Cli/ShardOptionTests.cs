using TrailLake.Cli;
using TrailLake.CloudTrail;
using TrailLake.Lake;

namespace TrailLake.Tests.Cli;

public sealed class ShardOptionTests
{
    [Theory]
    [InlineData(null, "AWS_BATCH_JOB_ARRAY_INDEX=0 AWS_BATCH_JOB_ARRAY_SIZE=4", "1/4")]
    [InlineData(8, "AWS_BATCH_JOB_ARRAY_INDEX=7", "8/8")]
    [InlineData(3, "JOB_COMPLETION_INDEX=2", "3/3")]
    [InlineData(null, "SLURM_ARRAY_TASK_ID=0 SLURM_ARRAY_TASK_COUNT=5", "1/5")]
    [InlineData(null, "SLURM_ARRAY_TASK_ID=5 SLURM_ARRAY_TASK_COUNT=5 SLURM_ARRAY_TASK_MIN=1", "5/5")]
    [InlineData(null, "SLURM_ARRAY_TASK_ID=14 SLURM_ARRAY_TASK_COUNT=3 SLURM_ARRAY_TASK_MIN=10 SLURM_ARRAY_TASK_STEP=2", "3/3")]
    public void A_scheduler_says_which_shard_a_process_is(int? count, string variables, string shard) =>
        Assert.Equal(shard, new ShardChoice(null, count).Resolve(Variables(variables)).ToString());

    [Theory]
    [InlineData(null, "", "expected a scheduler's array index")]
    [InlineData(null, "JOB_COMPLETION_INDEX=2", "the count behind a slash: --shard auto/8")]
    [InlineData(null, "AWS_BATCH_JOB_ARRAY_INDEX=2", "AWS_BATCH_JOB_ARRAY_SIZE")]
    [InlineData(2, "JOB_COMPLETION_INDEX=2", "below the count of 2 shards, found 2")]
    [InlineData(8, "AWS_BATCH_JOB_ARRAY_INDEX=0 AWS_BATCH_JOB_ARRAY_SIZE=5", "expected the scheduler to say 8 as well, found AWS_BATCH_JOB_ARRAY_SIZE=5")]
    [InlineData(2, "JOB_COMPLETION_INDEX=x", "to be a number from 0 on, found x")]
    public void What_it_leaves_out_is_asked_for(int? count, string variables, string words) =>
        Assert.Contains(words, Assert.Throws<UsageException>(() => new ShardChoice(null, count).Resolve(Variables(variables))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("0/4")]
    [InlineData("5/4")]
    [InlineData("4")]
    [InlineData("1/2/3")]
    [InlineData("auto/0")]
    [InlineData("-1/4")]
    [InlineData("1/99999")]
    public void What_is_no_shard_is_wrong_usage(string shard)
    {
        var run = TraillakeProcess.Run("ingest", "a", "b", "--shard=" + shard);
        Assert.Equal(64, run.Status);
        Assert.Contains($"--shard: expected a shard such as 2/8 (the second of eight), auto or auto/8, found {shard}", run.Errors, StringComparison.Ordinal);
    }

    // Another release must not share the same files out in another way: the twins of an event would part.
    [Theory]
    [InlineData("AWSLogs/111122223333/CloudTrail/eu-west-1/2024/01/31/a.json.gz", 3)]
    [InlineData("other/AWSLogs/o-abc/111122223333/CloudTrail-Insight/eu-west-1/2025/12/01/b.json.gz", 3)]
    [InlineData("AWSLogs/111122223333/CloudTrail/us-east-1/2024/01/31/a.json.gz", 1)]
    [InlineData("any/file.json", 4)]
    public void An_object_goes_to_the_shard_of_its_account_and_region_for_ever(string key, int number) =>
        Assert.Equal([number], Enumerable.Range(1, 4).Where(i => new Shard(i, 4).Takes(key, LogKey.Parse(key))));

    [Theory]
    [InlineData("20240131T235959Z-k3f9-2of8.parquet", "2/8")]
    [InlineData("20240131T235959Z-k3f9-2of8-3.parquet", "2/8")]
    [InlineData("20240131T235959Z-k3f9-2of8", "2/8")]
    [InlineData("20240131T235959Z-k3f9-2.parquet", null)]
    [InlineData("20240131T235959Z-k3f9.parquet", null)]
    public void A_file_tells_whose_it_is(string name, string? shard) => Assert.Equal(shard, Shard.Of(name)?.ToString());

    static Func<string, string?> Variables(string text)
    {
        var values = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        return name => values.GetValueOrDefault(name);
    }
}
