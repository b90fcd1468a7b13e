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
            throw new StoreException("expected a folder, a file or s3://bucket/prefix, found nothing.");
        }
        if (text.StartsWith(S3Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return new(text, isS3: true);
        }
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme > 0 && text.AsSpan(0, scheme).IndexOf('/') < 0)
        {
            return text.StartsWith("file://", StringComparison.OrdinalIgnoreCase)
                ? new(new Uri(text).LocalPath, isS3: false)
                : throw new StoreException($"{text}: expected a folder, a file or s3://bucket/prefix, found the scheme {text[..scheme]}.");
        }
        return new(text, isS3: false);
    }

    /// <summary>Opens what is to be read; it must be there. A file is a store of that one object.</summary>
    public ObjectStore OpenSource()
    {
        RejectS3();
        return LocalStore.OpenSource(Text);
    }

    /// <summary>Opens what is to be written; its folder is made by the first write.</summary>
    public ObjectStore OpenLake()
    {
        RejectS3();
        return LocalStore.OpenLake(Text);
    }

    void RejectS3()
    {
        if (IsS3)
        {
            throw new StoreException($"{Text}: S3 is not yet supported; copy the objects to a folder (aws s3 sync {Text} FOLDER) and name that.");
        }
    }
}
