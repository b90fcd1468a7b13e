using System.Collections.Immutable;

namespace TrailLake.Tests.Sql.Answers;

/// <summary>What every view must answer on the sample lake.</summary>
static class AllAnswers
{
    static readonly Lazy<ImmutableSortedDictionary<string, Answer>> Made = new(() =>
        new[] { CisAnswers.All(), ActivityAnswers.All(), IdentityAnswers.All(), EvasionAnswers.All(), DataAnswers.All(), NetworkAnswers.All(), HygieneAnswers.All(), ServiceAnswers.All() }
            .SelectMany(answers => answers).ToImmutableSortedDictionary(answer => answer.View, answer => answer, StringComparer.Ordinal));

    public static ImmutableSortedDictionary<string, Answer> ByView => Made.Value;

    /// <summary>Where a view's expected rows are kept.</summary>
    public static string FileOf(string view) => Repository.PathOf("tests", "TrailLake.Tests", "Expected", view + ".csv");
}
