namespace TrailLake.Tests;

/// <summary>A disk of its own for a shell script: a small tmpfs that nobody else sees, and that goes when the script ends.</summary>
static class SmallDisk
{
    const string Mount = "mount -t tmpfs -o size=64k traillake \"$1\"";

    /// <summary>Runs a script in which <c>$1</c> is a folder with 64 KB of room, and <c>$2</c> and so on are as given.</summary>
    public static TraillakeProcess Run(string folder, string script, params string[] arguments)
    {
        Directory.CreateDirectory(folder);
        if (Shell(Mount, folder).Status != 0)
            Assert.Skip("no disk can be mounted here: Linux lets root do so, or users in a namespace of their own (`unshare -rm`)");
        return Shell($"{Mount}\n{script}", [folder, .. arguments]);
    }

    static TraillakeProcess Shell(string script, params string[] arguments)
    {
        if (!OperatingSystem.IsLinux())
            return new(1, "", "");
        return TraillakeProcess.RunOther(new("unshare", ["-rm", "/bin/sh", "-c", script, "sh", .. arguments]));
    }
}
