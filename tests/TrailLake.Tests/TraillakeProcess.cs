using System.Diagnostics;

namespace TrailLake.Tests;

/// <summary>Runs the built program as its users do: another process, its exit status, what it wrote.</summary>
sealed record TraillakeProcess(int Status, string Output, string Errors)
{
    public static TraillakeProcess Run(params string[] arguments) => RunWith("", arguments);

    /// <summary>Runs it with that text on its standard input.</summary>
    public static TraillakeProcess RunWith(string input, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "traillake.exe" : "traillake"), arguments)
        {
            RedirectStandardInput = true, // else it would wait for whatever the tests were started from
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        // Both at once: a full pipe that nobody reads would stop the program.
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new(process.ExitCode, output, errors.GetAwaiter().GetResult());
    }

    public override string ToString() => $"exit {Status}\n{Output}\n{Errors}";
}
