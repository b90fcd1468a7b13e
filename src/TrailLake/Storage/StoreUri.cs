using TrailLake.Storage.S3;

namespace TrailLake.Storage;

/// <summary>Where a source or a lake is: a folder, a file, or <c>s3://bucket/prefix</c>.</summary>
public readonly record struct StoreUri
{
    const string S3Scheme = "s3://";

    StoreUri(string text, bool isS3)
    {
        Text = text;
        IsS3 = isS3;
    }

    /// <summary>The place as the user wrote it; a message should name it so.</summary>
    public string Text { get; }

    public bool IsS3 { get; }

    public static StoreUri Parse(string text)
    {
        if (string.IsNullOrEmpty(text) || text.Contains('\0'))
        {
            throw Misnamed("expected a folder, a file or s3://bucket/prefix, found an empty name.");
        }
        if (text.StartsWith(S3Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return new(text, isS3: true);
        }
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme > 0 && text.AsSpan(0, scheme).IndexOf('/') < 0)
        {
            return text.StartsWith("file://", StringComparison.OrdinalIgnoreCase)
                ? new(PathOf(text), isS3: false)
                : throw Misnamed($"{text}: expected a folder, a file or s3://bucket/prefix, found the scheme {text[..scheme]}.");
        }
        // .NET takes an argument for UTF-8, and this for what is none: another name than the one that was typed.
        return text.Contains('\uFFFD', StringComparison.Ordinal) && !Path.Exists(text)
            ? throw new StoreException($"{text}: expected a name in UTF-8, found other bytes in it, by which it cannot be opened; rename it, or name another place.") : new(text, isS3: false);
    }

    // Of file://data/lake .NET makes \\data\lake, a folder of that name right here.
    static string PathOf(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Host.Length == 0 ? uri.LocalPath
        : throw Misnamed($"{text}: expected file:/// and a path on this disk, found a host in it.");

    static StoreException Misnamed(string message) => new(message) { IsMisnamed = true };

    /// <summary>Opens what is to be read; it must be there. A file is a store of that one object.</summary>
    /// <param name="s3">How a place on S3 is reached.</param>
    public ObjectStore OpenSource(S3Options? s3 = null) => IsS3 ? S3Store.OpenSource(Text, s3 ?? new()) : LocalStore.OpenSource(Text);

    /// <summary>Opens a folder that must be there, to be read.</summary>
    /// <param name="s3">How a place on S3 is reached.</param>
    public ObjectStore OpenExisting(S3Options? s3 = null) => OpenSource(s3);

    /// <summary>Opens what is to be written; its folder is made by the first write.</summary>
    /// <param name="s3">How a place on S3 is reached.</param>
    public ObjectStore OpenLake(S3Options? s3 = null) => IsS3 ? S3Store.OpenLake(Text, s3 ?? new()) : LocalStore.OpenLake(Text);
}
