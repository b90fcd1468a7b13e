using System.Globalization;
using TrailLake.Bench.Generating;

namespace TrailLake.Bench.Measuring;

/// <summary>The folder that a bench works in: trails, which are kept for the next time, and what a run writes, which is removed at its end.</summary>
sealed class Workshop : IDisposable
{
    readonly string _data;
    readonly string _run;
    int _outputs;

    public Workshop(string data)
    {
        _data = Path.GetFullPath(data);
        _run = Path.Combine(_data, $"run-{DateTime.UtcNow.ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture)}-{Environment.ProcessId}");
        Scratch = Directory.CreateDirectory(Path.Combine(_run, "scratch")).FullName;
    }

    /// <summary>For what children write to their standard output.</summary>
    public string Scratch { get; }

    /// <summary>A name that nothing has yet.</summary>
    public string NewFolder(string name) => Path.Combine(_run, $"{++_outputs:000}-{string.Concat(name.Where(char.IsAsciiLetterOrDigit))}");

    /// <summary>The command line of a verb of this program.</summary>
    public static string Self(string arguments) => $"{ChildProcess.Quote(Environment.ProcessPath!)} {arguments}";

    /// <summary>The folder of a trail, made now if it was not made before.</summary>
    public string Trail(TrailOptions options)
    {
        var name = $"trail-{options.Events}-{options.Days}d-{options.Accounts}a-{options.Regions}r{(options.IsEven ? "-even" : "")}{(options.IsOneFile ? "-one" : "")}-{options.Seed}";
        var folder = Path.Combine(_data, name);
        if (Truth.Find(folder)?.Parameters != options.Parameters)
        {
            Console.Error.WriteLine($"making {name} …");
            // What an interrupted bench or an older generator left behind.
            File.Delete(Truth.PathOf(folder));
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            var use = ChildProcess.Run(Self($"generate --out {ChildProcess.Quote(folder)} --events {options.Events} --days {options.Days} --accounts {options.Accounts} --regions {options.Regions} --seed {options.Seed}{(options.IsEven ? " --even" : "")}{(options.IsOneFile ? " --one-file" : "")}"), Scratch);
            Console.Error.WriteLine($"  made in {use.WallSeconds:F1} s");
        }
        return folder;
    }

    /// <summary>Removes what this run and interrupted ones wrote.</summary>
    public void Dispose()
    {
        foreach (var run in Directory.EnumerateDirectories(_data, "run-*"))
            Directory.Delete(run, recursive: true);
    }
}
