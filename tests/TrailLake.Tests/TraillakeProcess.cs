using System.Diagnostics;

namespace TrailLake.Tests;

/// <summary>Runs the built program as its users do: another process, its exit status, what it wrote.</summary>
sealed record TraillakeProcess(int Status, string Output, string Errors)
{
    public static TraillakeProcess Run(params string[] arguments) => RunWith("", arguments);

    /// <summary>Runs it with that text on its standard input.</summary>
    public static TraillakeProcess RunWith(string input, params string[] arguments)
    {
        using var process = Start(arguments);
        return Await(process, input);
    }

    /// <summary>Runs it where no file may grow beyond a size: what it finds is what a full disk is.</summary>
    public static TraillakeProcess RunWithFileLimit(int blocks, params string[] arguments)
    {
        // Its signal is ignored, so that the write fails; the runtime's own large mappings are switched off.
        using var process = Start("/bin/sh", ["-c", $"trap '' XFSZ; ulimit -f {blocks}; DOTNET_EnableWriteXorExecute=0 exec \"$0\" \"$@\"", Program, .. arguments]);
        return Await(process);
    }

    /// <summary>Runs it with variables of the environment beside the usual ones.</summary>
    public static TraillakeProcess RunIn(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        using var process = StartIn(environment, arguments);
        return Await(process);
    }

    /// <summary>Starts it so, and lets it run.</summary>
    public static Process StartIn(IReadOnlyDictionary<string, string> environment, params string[] arguments) => Start(Program, arguments, environment);

    /// <summary>Starts it and lets it run.</summary>
    public static Process Start(params string[] arguments) => Start(Program, arguments);

    /// <summary>Waits for its end.</summary>
    public static TraillakeProcess Await(Process process, string input = "")
    {
        // Both at once: a full pipe that nobody reads would stop the program.
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new(process.ExitCode, output, errors.GetAwaiter().GetResult());
    }

    // `make test` names the one that it built, which is compiled ahead of time; the other one comes with the tests.
    public static string Program => Environment.GetEnvironmentVariable("TRAILLAKE_PROGRAM") ?? Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "traillake.exe" : "traillake");

    static Process Start(string program, string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true, // else it would wait for whatever the tests were started from
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    public override string ToString() => $"exit {Status}\n{Output}\n{Errors}";
}
