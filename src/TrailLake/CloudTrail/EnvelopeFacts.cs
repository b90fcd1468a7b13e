namespace TrailLake.CloudTrail;

/// <summary>The derived booleans of an event, noted while its record is walked.</summary>
/// <remarks>CloudTrail's user guide, "What is CloudTrail": every entry tells whether the request was made with root or IAM user
/// credentials, with temporary credentials of a role or federated user, or by another AWS service.</remarks>
sealed class EnvelopeFacts
{
    static readonly int ErrorCode = Named("error_code"), ErrorMessage = Named("error_message"), UserType = Named("user_type"),
        AccessKey = Named("user_access_key_id"), InvokedBy = Named("user_invoked_by");

    static readonly (int Column, RowFlags Flag)[] ByColumn =
    [
        (Named("is_error"), RowFlags.IsError), (Named("is_root"), RowFlags.IsRoot),
        (Named("is_temporary_credentials"), RowFlags.IsTemporaryCredentials), (Named("is_aws_service"), RowFlags.IsAwsService),
    ];

    /// <summary>By whom, as older records have it, somebody's call in the console was invoked: no service that did anything.</summary>
    static ReadOnlySpan<byte> Console => "signin.amazonaws.com"u8;

    /// <summary>What was noted.</summary>
    public RowFlags Flags { get; private set; }

    /// <summary>The flag that a derived column, an ordinal among all columns, is made of; <see cref="RowFlags.None"/> for other columns.</summary>
    public static RowFlags FlagOf(int column) => Array.Find(ByColumn, pair => pair.Column == column).Flag;

    public void Clear() => Flags = RowFlags.None;

    /// <summary>The walk goes into a container that is not empty.</summary>
    public void Enter(PathMatcher container)
    {
        if (container.Path == "userIdentity.sessionContext")
            Flags |= RowFlags.IsTemporaryCredentials;
    }

    /// <summary>The walk met a text.</summary>
    public void See(int column, ReadOnlySpan<byte> text) => Flags |= OfText(column, text);

    /// <summary>What a column's text says of the row.</summary>
    public static RowFlags OfText(int column, ReadOnlySpan<byte> text)
    {
        if ((column == ErrorCode || column == ErrorMessage) && !text.IsEmpty)
            return RowFlags.IsError;
        if (column == AccessKey && text.StartsWith("ASIA"u8))
            return RowFlags.IsTemporaryCredentials;
        if (column == UserType && text.SequenceEqual("Root"u8))
            return RowFlags.IsRoot;
        if (column == InvokedBy ? !text.SequenceEqual(Console) : column == UserType && text.SequenceEqual("AWSService"u8))
            return RowFlags.IsAwsService;
        return RowFlags.None;
    }

    static int Named(string name) => Columns.OrdinalNamed(LakeTable.Events, name);
}
