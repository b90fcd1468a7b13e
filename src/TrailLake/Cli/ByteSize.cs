using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace TrailLake.Cli;

/// <summary>Sizes as they are given on the command line: <c>384MiB</c>, <c>1GB</c>, <c>65536</c>.</summary>
static class ByteSize
{
    static readonly (string Unit, long Bytes)[] Units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40),
        ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
        ("K", 1L << 10), ("M", 1L << 20), ("G", 1L << 30), ("T", 1L << 40), ("B", 1), ("", 1),
    ];

    /// <summary>An option that takes a size of at least this much. What it is without one the description says: help would show the parser's default in bytes.</summary>
    public static Option<long?> Option(string name, string description, long least) => new(name)
    {
        Description = description, HelpName = "SIZE",
        CustomParser = argument => Parse(argument, least),
    };

    /// <summary>The bytes that a text names; null where it names none.</summary>
    public static long? Of(string text)
    {
        var (unit, bytes) = Units.First(unit => text.EndsWith(unit.Unit, StringComparison.OrdinalIgnoreCase));
        var number = text.AsSpan(0, text.Length - unit.Length).TrimEnd();
        return decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count) && count <= (decimal)long.MaxValue / bytes
            ? (long)(count * bytes)
            : null;
    }

    static long? Parse(ArgumentResult argument, long least)
    {
        var text = argument.Tokens[0].Value;
        var size = Of(text);
        if (size is null)
            argument.AddError($"expected a size such as 384MiB, found {text}.");
        else if (size < least)
            argument.AddError($"expected at least {least >> 20}MiB, found {text}.");
        return size;
    }
}
