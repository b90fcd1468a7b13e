using System.Diagnostics;

namespace TrailLake.Tests;

/// <summary>Runs the built program as its users do: another process, its exit status, what it wrote.</summary>
sealed record TraillakeProcess(int Status, string Output, string Errors)
{
    /// <summary>More than the slowest takes on a busy machine; what is still there then hangs, and no test of it would ever end.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

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

    /// <summary>Runs another program, such as a shell with this one in it.</summary>
    public static TraillakeProcess RunOther(ProcessStartInfo start, string input = "")
    {
        using var process = StartOther(start);
        return Await(process, input);
    }

    /// <summary>Starts it so, and lets it run.</summary>
    public static Process StartIn(IReadOnlyDictionary<string, string> environment, params string[] arguments) => Start(Program, arguments, environment);

    /// <summary>Starts it and lets it run.</summary>
    public static Process Start(params string[] arguments) => Start(Program, arguments);

    /// <summary>Starts it as in the foreground of a shell, where SIGINT ends it: of what a shell has in the background, as these tests may be, the children ignore it.</summary>
    public static Process StartInForeground(IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        OperatingSystem.IsLinux() ? Start("env", ["--default-signal=INT", Program, .. arguments], environment) : StartIn(environment, arguments);

    /// <summary>Waits for its end, and ends it where it has none.</summary>
    public static TraillakeProcess Await(Process process, string input = "")
    {
        using var patience = new CancellationTokenSource(Patience);
        using var hang = patience.Token.Register(() => process.Kill(entireProcessTree: true));
        // Both at once: a full pipe that nobody reads would stop the program.
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        try
        {
            Task.WaitAll([output, errors], patience.Token); // what it left behind may have them open
            process.WaitForExit();
            return new(process.ExitCode, output.Result, errors.Result);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{process.StartInfo.FileName} {string.Join(' ', process.StartInfo.ArgumentList)}: expected its end, found it running after {Patience}");
        }
    }

    // `make test` names the one that it built, which is compiled ahead of time; the other one comes with the tests.
    public static string Program => Environment.GetEnvironmentVariable("TRAILLAKE_PROGRAM") ?? Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "traillake.exe" : "traillake");

    static Process Start(string program, string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return StartOther(start);
    }

    /// <summary>Starts another program and lets it run.</summary>
    public static Process StartOther(ProcessStartInfo start)
    {
        start.RedirectStandardInput = true; // else it would wait for whatever the tests were started from
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        return Process.Start(start)!;
    }

    public override string ToString() => $"exit {Status}\n{Output}\n{Errors}";
}
