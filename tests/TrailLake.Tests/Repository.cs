namespace TrailLake.Tests;

/// <summary>The clone that the tests were built in: what is in it but not beside the tests, such as sql/ and the README.</summary>
static class Repository
{
    /// <summary>The folder of TrailLake.sln.</summary>
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    public static string PathOf(params string[] names) => Path.Combine([Root, .. names]);

    static string Find(DirectoryInfo? folder)
    {
        for (; folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "TrailLake.sln")))
                return folder.FullName;
        }
        throw new DirectoryNotFoundException($"Expected TrailLake.sln above {AppContext.BaseDirectory}, found none.");
    }
}
