namespace TrailLake.Storage;

/// <summary>A run that writes below a folder, as its marker tells other processes.</summary>
//   marker:        FOLDER/RUN               empty
//   half written:  …/.traillake-RUN-1, …    in the folders where the objects will be
sealed class LocalRun(string path) : StoreRun
{
    static readonly EnumerationOptions EveryFile = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    readonly HeldFile _marker = HeldFile.Create(path);

    /// <summary>Clears away what crashed runs left.</summary>
    /// <param name="root">Where they wrote.</param>
    /// <param name="markers">The folder of markers.</param>
    /// <param name="forget">Told each one's name before its marker goes.</param>
    public static void Recover(string root, string markers, Action<string> forget)
    {
        var crashed = new List<HeldFile>();
        try
        {
            crashed.AddRange(HeldFile.TakeLeft(markers, ""));
            if (crashed.Count > 0)
                Clear(root, crashed.Select(NameOf));
            foreach (var marker in crashed)
            {
                forget(NameOf(marker));
                marker.Delete();
            }
        }
        finally
        {
            crashed.ForEach(marker => marker.Dispose());
        }
    }

    public override void Complete() => _marker.Delete();

    protected override void Dispose(bool disposing) => _marker.Dispose();

    static void Clear(string root, IEnumerable<string> crashed)
    {
        string[] prefixes = [.. crashed.Select(name => $"{LocalStore.TemporaryPrefix}{name}-")];
        foreach (var file in Directory.EnumerateFiles(root, LocalStore.TemporaryPrefix + "*", EveryFile))
        {
            if (prefixes.Any(prefix => Path.GetFileName(file).StartsWith(prefix, StringComparison.Ordinal)))
                File.Delete(file);
        }
    }

    static string NameOf(HeldFile marker) => Path.GetFileName(marker.Path);
}
