using System.Runtime.InteropServices;

namespace TrailLake.DuckDb;

/// <summary>Finds and loads DuckDB's own library. It comes from npm's <c>@duckdb/node-bindings-*</c>, so it stands in
/// <c>node_modules</c> of a clone, or beside the program when that is shipped.</summary>
static class DuckDbLibrary
{
    /// <summary>The name that the imports of <see cref="DuckDbNative"/> carry.</summary>
    public const string ImportName = "duckdb";

    /// <summary>Names a folder (<c>node_modules/@duckdb</c>, or the library's own) or the library file.</summary>
    public const string Variable = "TRAILLAKE_DUCKDB";

    static readonly Lazy<nint> Handle = new(Find);

    static string FileName =>
        OperatingSystem.IsWindows() ? "duckdb.dll" : OperatingSystem.IsMacOS() ? "libduckdb.dylib" : "libduckdb.so";

    // npm's names of the platforms, not .NET's.
    static string PackageName =>
        $"node-bindings-{(OperatingSystem.IsWindows() ? "win32" : OperatingSystem.IsMacOS() ? "darwin" : "linux")}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";

    /// <summary>The loaded library.</summary>
    /// <exception cref="DuckDbException">There is none, or the one that <see cref="Variable"/> names does not load.</exception>
    public static nint Load() => Handle.Value;

    static nint Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
            return FromVariable(named);

        foreach (var file in Places())
        {
            if (File.Exists(file) && NativeLibrary.TryLoad(file, out var found))
                return found;
        }

        // A library that the system's package manager installed.
        if (NativeLibrary.TryLoad(FileName, typeof(DuckDbLibrary).Assembly, DllImportSearchPath.SafeDirectories, out var installed))
            return installed;

        throw new DuckDbException(
            $"DuckDB: expected {FileName} beside the program or in node_modules/@duckdb/{PackageName} above it, found none. "
            + $"Run `make build` in the clone, or `npm install @duckdb/node-bindings` and set {Variable} to its node_modules/@duckdb folder.");
    }

    static nint FromVariable(string named)
    {
        string[] candidates = File.Exists(named)
            ? [named]
            : [Path.Combine(named, FileName), Path.Combine(named, PackageName, FileName), Path.Combine(named, PackageName + "-musl", FileName)];

        if (candidates.FirstOrDefault(File.Exists) is not { } file)
            throw new DuckDbException($"DuckDB: {Variable} is {named}: expected {FileName} there or in its {PackageName}, found none. Run `make build`, or correct the variable.");

        try
        {
            return NativeLibrary.Load(file);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new DuckDbException($"DuckDB: {file} (from {Variable}) does not load: {e.Message.ReplaceLineEndings(" ").TrimEnd()}. Run `make build`, or correct the variable.");
        }
    }

    static IEnumerable<string> Places()
    {
        yield return Path.Combine(AppContext.BaseDirectory, FileName);
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var modules = Path.Combine(folder.FullName, "node_modules", "@duckdb");
            yield return Path.Combine(modules, PackageName, FileName);
            yield return Path.Combine(modules, PackageName + "-musl", FileName);
        }
    }
}
