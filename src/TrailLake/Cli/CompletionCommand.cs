using System.CommandLine;

namespace TrailLake.Cli;

/// <summary><c>traillake completion bash|zsh</c>: the script by which a shell completes verbs, options and views.</summary>
/// <remarks>The shell asks the program itself (<c>traillake "[suggest:17]" "traillake query --f"</c>), so what it proposes is never stale. Where the
/// program proposes nothing, as for LAKE, files are completed.</remarks>
static class CompletionCommand
{
    const string Bash = """
        # Completion of traillake in bash; in ~/.bashrc: source <(traillake completion bash)
        _traillake() {
            local word=${COMP_WORDS[COMP_CWORD]} program=${COMP_WORDS[0]} IFS=$'\n'
            local line="traillake${COMP_LINE:${#program}}" point=$((COMP_POINT - ${#program} + 9))
            COMPREPLY=($(compgen -W "$("$program" "[suggest:$point]" "$line" 2>/dev/null)" -- "$word"))
            if [ ${#COMPREPLY[@]} -eq 0 ]; then compopt -o default; fi
        }
        complete -F _traillake traillake
        """;

    const string Zsh = """
        #compdef traillake
        # Completion of traillake in zsh; in ~/.zshrc, after compinit: source <(traillake completion zsh)
        _traillake() {
            local line="traillake${BUFFER#${words[1]}}"
            local -a found
            found=(${(f)"$("${words[1]}" "[suggest:$((CURSOR - ${#words[1]} + 9))]" "$line" 2>/dev/null)"})
            if (( $#found )); then compadd -- $found; fi
            if (( ! $#found )) || [[ -z ${(M)found:#${PREFIX}*} ]]; then _files; fi
        }
        if [[ $funcstack[1] == _traillake ]]; then _traillake "$@"; else compdef _traillake traillake; fi
        """;

    static readonly Argument<string> Shell = new("SHELL") { Description = "bash or zsh." };

    public static Command Create()
    {
        Shell.CompletionSources.Add("bash", "zsh");
        var command = new Command("completion", "Print the script by which a shell completes this program's words") { Shell };
        command.SetAction(parsed => Console.Out.WriteLine(parsed.GetRequiredValue(Shell) switch
        {
            "bash" => Bash,
            "zsh" => Zsh,
            var other => throw new UsageException($"completion: expected bash or zsh, found {other}."),
        }));
        return command;
    }
}
