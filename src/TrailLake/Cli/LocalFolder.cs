using TrailLake.Storage;

namespace TrailLake.Cli;

/// <summary>A folder to write to that is on this disk, where a lake or a source may be on S3.</summary>
static class LocalFolder
{
    /// <summary>The folder that a text of the command line names: a path, or <c>file://</c> and a path.</summary>
    /// <param name="name">The argument, as messages name it.</param>
    /// <exception cref="UsageException">It names another place, or none.</exception>
    public static string Of(string name, string text)
    {
        if (text.Length == 0)
            throw new UsageException($"{name}: expected a folder on this disk, found an empty name.");
        try
        {
            var place = StoreUri.Parse(text);
            return !place.IsS3 ? place.Text : throw Elsewhere(name, text);
        }
        catch (StoreException e) when (e.IsMisnamed)
        {
            throw Elsewhere(name, text); // else it would be a folder here that is called s3:
        }
    }

    static UsageException Elsewhere(string name, string text) => new($"{name}: expected a folder on this disk, found {text}.");
}
