using System.Diagnostics;

namespace TrailLake.Tests.Cli;

/// <summary>Completion as bash does it: the script is sourced, and the function it names is called with what was typed.</summary>
public sealed class CompletionTests(SampleLake lake) : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("traillake com", "compact", "completion")]
    [InlineData("traillake query lake --fo", "--format")]
    [InlineData("traillake query lake --format js", "json", "jsonl")]
    [InlineData("traillake query lake --view root_", "root_activity", "root_sessions")]
    [InlineData("./traillake views lake --show root_a", "root_activity")]
    [InlineData("traillake completion z", "zsh")]
    [InlineData("traillake ingest from lake --compression ", "gzip", "none", "snappy", "zstd")]
    [InlineData("traillake compact lake --compression z", "zstd")]
    public void Bash_completes(string typed, params string[] expected) => Assert.Equal(expected, Complete(typed));

    [Fact]
    public void A_view_of_the_lake_itself_is_completed()
    {
        Directory.CreateDirectory(_folder["lake", "_traillake", "views"]);
        File.WriteAllText(_folder["lake", "_traillake", "views", "our_own.sql"], "create or replace view our_own as select 1 as a");
        Assert.Equal(["our_own"], Complete("traillake query lake --view our"));
    }

    [Fact]
    public void Where_the_program_proposes_nothing_bash_completes_files() => Assert.Empty(Complete("traillake status ./nowh"));

    [Fact]
    public void Zsh_completes_verbs_options_views_and_files()
    {
        using var terminal = Terminal.Run($"PATH={Path.GetDirectoryName(TraillakeProcess.Program)}:$PATH; echo > 'a file'; zsh -f", shell: "zsh");
        terminal.Type("PS1='> '; autoload -U compinit && compinit -u -D && source <(traillake completion zsh) && echo re''ady");
        terminal.Press("Enter");
        terminal.WaitFor("\nready\n> ");
        foreach (var (typed, completed) in new[]
        {
            ("traillake comple", "traillake completion "), ("traillake query lake --fo", "traillake query lake --format "), ("traillake query lake --view root_a", "traillake query lake --view root_activity "),
            ("traillake status a", "traillake status a\\ file "),
        })
        {
            terminal.Press("C-u", "C-l");
            terminal.Type(typed);
            terminal.Press("Tab");
            terminal.WaitFor($"> {completed.TrimEnd()}");
        }
    }

    [Fact]
    public void The_script_for_zsh_can_also_be_a_file_of_its_functions() => Assert.StartsWith("#compdef traillake\n", TraillakeProcess.Run("completion", "zsh").Output, StringComparison.Ordinal);

    [Fact]
    public void Another_shell_is_wrong_usage() => Assert.Equal(64, TraillakeProcess.Run("completion", "fish").Status);

    string[] Complete(string typed)
    {
        File.CreateSymbolicLink(_folder["traillake"], TraillakeProcess.Program);
        if (!Directory.Exists(_folder["lake"]))
            Directory.CreateSymbolicLink(_folder["lake"], lake.Location);
        var start = new ProcessStartInfo("bash", ["--norc", "-c", """
            PATH=.:$PATH
            source <(traillake completion bash)
            compopt() { :; } # a word of interactive completion alone
            COMP_LINE=$1 COMP_POINT=${#1}
            read -ra COMP_WORDS <<< "$1"
            case $1 in *' ') COMP_WORDS+=('') ;; esac
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _traillake
            printf '%s\n' "${COMPREPLY[@]}"
            """, "bash", typed]) { WorkingDirectory = _folder.Root };
        var ran = TraillakeProcess.RunOther(start);
        Assert.True(ran.Status == 0 && ran.Errors == "", ran.ToString());
        return ran.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
