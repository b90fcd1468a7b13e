using System.Diagnostics;

namespace TrailLake.Tests;

/// <summary>A real terminal of 100 × 30, in which a command runs: tmux, which tells what stands on its screen.</summary>
public sealed class Terminal : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly TempFolder _folder = new();

    Terminal()
    {
    }

    /// <summary>Starts a command of the shell; the terminal stays when it ends, and shows its exit status.</summary>
    /// <param name="columns">The terminal's width.</param>
    /// <param name="shell">The program in it that asks for commands, where it is not the one under test.</param>
    public static Terminal Run(string command, int columns = 100, string shell = "sh")
    {
        if (new[] { "tmux", shell }.FirstOrDefault(program => !(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Join(folder, program)))) is { } missing)
            Assert.Skip($"no {missing} here: `apt-get install {missing}` installs one; without it nothing was tried on a terminal");
        var terminal = new Terminal();
        File.WriteAllText(terminal._folder["run.sh"], $"trap : INT # Ctrl-C reaches the shell, too\nexport XDG_STATE_HOME={terminal._folder["state"]} LC_ALL=C.UTF-8\ncd {terminal._folder.Root}\n{command}\necho \"left with $?\"\nread -r nothing\n");
        terminal.Tmux("-u", "-f", "/dev/null", "new-session", "-d", "-x", $"{columns}", "-y", "30", $"sh {terminal._folder["run.sh"]}");
        return terminal;
    }

    /// <summary>A file of the folder that the command runs in.</summary>
    public string PathOf(string name) => _folder[name];

    /// <summary>Presses keys, by tmux's names: Enter, Up, Tab, C-c.</summary>
    public void Press(params string[] keys) => Tmux(["send-keys", .. keys]);

    /// <summary>Types a text as it is; a semicolon at its end would end tmux's own command.</summary>
    public void Type(string text) => Tmux("send-keys", "-l", text.EndsWith(';') ? text[..^1] + "\\;" : text);

    /// <summary>The screen, once it has a text.</summary>
    public string WaitFor(string text)
    {
        var started = Stopwatch.GetTimestamp();
        string screen;
        do
            screen = Tmux("capture-pane", "-p", "-J");
        while (!screen.Contains(text, StringComparison.Ordinal) && Stopwatch.GetElapsedTime(started) < Patience);
        Assert.True(screen.Contains(text, StringComparison.Ordinal), $"expected on the screen: {text}\nfound:\n{screen}");
        return screen;
    }

    public void Dispose()
    {
        Tmux("kill-server");
        _folder.Dispose();
    }

    string Tmux(params string[] arguments) => TraillakeProcess.RunOther(new("tmux", ["-S", _folder["tmux"], .. arguments])).Output;
}
