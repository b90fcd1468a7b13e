namespace TrailLake.Storage;

/// <summary>One object of a store, as a listing shows it.</summary>
/// <param name="Key">Its path below the store's root, with <c>/</c> between the parts.</param>
/// <param name="SizeBytes">Its size as stored, so compressed where it is compressed.</param>
/// <param name="ETag">Changes when the content changes; on a local disk made of size and time.</param>
/// <param name="LastModified">When it was last written, in UTC.</param>
public readonly record struct StoredObject(string Key, long SizeBytes, string ETag, DateTime LastModified);

/// <summary>Something that a listing could not show, and why; it costs only itself.</summary>
/// <param name="Key">Its key, as far as it has one.</param>
/// <param name="Location">The file or folder, as the user would name it.</param>
/// <param name="Message">Its location, what is wrong and what to do.</param>
public readonly record struct ListProblem(string Key, string Location, string Message)
{
    /// <summary>After the location of a folder.</summary>
    internal const string Vanished = "this folder vanished while it was listed; run again to see what became of it.";
}

/// <summary>One thing right in a folder: an object, or a folder.</summary>
/// <param name="Key">Of a folder with the <c>/</c> at its end.</param>
/// <param name="Object">Null for a folder.</param>
public readonly record struct FolderItem(string Key, StoredObject? Object);
