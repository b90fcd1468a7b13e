using System.Runtime.InteropServices;

namespace TrailLake.Cli;

/// <summary>Standard input as the text of SQL.</summary>
static partial class StandardInput
{
    const int Descriptor = 0;
    const int GetFlags = 1, CloseOnExec = 1; // F_GETFD, FD_CLOEXEC (fcntl(2); Linux, macOS)

    /// <summary>All of it; empty on a terminal, where nobody has piped anything, and where it is closed.</summary>
    public static string ReadAll() => Console.IsInputRedirected && !IsClosed ? Console.In.ReadToEnd() : "";

    // Where it was closed, the runtime has put what it opened first in its place: /dev/urandom, which never ends. That closes on exec, as nothing that was inherited can.
    static bool IsClosed => !OperatingSystem.IsWindows() && Fcntl(Descriptor, GetFlags) is < 0 or CloseOnExec;

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Fcntl(int descriptor, int command);
}
