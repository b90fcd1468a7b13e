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
    public void The_script_for_zsh_completes_by_the_same_question()
    {
        var script = TraillakeProcess.Run("completion", "zsh").Output;
        Assert.StartsWith("#compdef traillake\n", script, StringComparison.Ordinal);
        Assert.Contains("[suggest:", script, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_shell_is_wrong_usage() => Assert.Equal(64, TraillakeProcess.Run("completion", "fish").Status);

    string[] Complete(string typed)
    {
        File.CreateSymbolicLink(_folder["traillake"], Path.Combine(AppContext.BaseDirectory, "traillake"));
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
            """, "bash", typed]) { WorkingDirectory = _folder.Root, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var shell = Process.Start(start)!;
        var ran = TraillakeProcess.Await(shell);
        Assert.True(ran.Status == 0 && ran.Errors == "", ran.ToString());
        return ran.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
