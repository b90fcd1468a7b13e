namespace TrailLake.Cli;

/// <summary>The user's own folders for this program, by the XDG base directory specification.</summary>
static class UserFolder
{
    /// <summary>What can be fetched or made again.</summary>
    public static string Cache => Of("XDG_CACHE_HOME", ".cache");

    /// <summary>What is kept over sessions, such as the history of the prompt.</summary>
    public static string State => Of("XDG_STATE_HOME", Path.Join(".local", "state"));

    static string Of(string variable, string usual) => Path.Join(
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } folder ? folder : Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), usual), "traillake");
}
