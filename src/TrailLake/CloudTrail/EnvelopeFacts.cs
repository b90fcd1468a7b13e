namespace TrailLake.CloudTrail;

/// <summary>The derived booleans of an event, noted while its record is walked.</summary>
/// <remarks>CloudTrail's user guide, "What is CloudTrail": every entry tells whether the request was made with root or IAM user
/// credentials, with temporary credentials of a role or federated user, or by another AWS service.</remarks>
sealed class EnvelopeFacts
{
    readonly bool _isEvents;
    readonly int _errorCode, _errorMessage, _userType, _accessKey, _invokedBy;
    readonly int _isError, _isRoot, _isTemporary, _isService;
    bool _error, _root, _temporary, _service;

    public EnvelopeFacts(LakeTable table)
    {
        _isEvents = table == LakeTable.Events;
        (_errorCode, _errorMessage) = (Named("error_code"), Named("error_message"));
        (_userType, _accessKey, _invokedBy) = (Named("user_type"), Named("user_access_key_id"), Named("user_invoked_by"));
        (_isError, _isRoot) = (Named("is_error"), Named("is_root"));
        (_isTemporary, _isService) = (Named("is_temporary_credentials"), Named("is_aws_service"));
    }

    static int Named(string name) => Columns.OrdinalNamed(LakeTable.Events, name);

    public void Clear() => (_error, _root, _temporary, _service) = (false, false, false, false);

    /// <summary>The walk goes into a container that is not empty.</summary>
    public void Enter(PathMatcher container) => _temporary |= container.Path == "userIdentity.sessionContext";

    /// <summary>The walk met a text.</summary>
    public void See(int column, ReadOnlySpan<byte> text)
    {
        if (column == _errorCode || column == _errorMessage)
            _error |= !text.IsEmpty;
        else if (column == _accessKey)
            _temporary |= text.StartsWith("ASIA"u8);
        else if (column == _invokedBy)
            _service = true;
        else if (column == _userType)
        {
            _root = text.SequenceEqual("Root"u8);
            _service |= text.SequenceEqual("AWSService"u8);
        }
    }

    public void AddTo(RowBatch batch)
    {
        if (!_isEvents)
            return;
        batch.AddBoolean(_isError, _error);
        batch.AddBoolean(_isRoot, _root);
        batch.AddBoolean(_isTemporary, _temporary);
        batch.AddBoolean(_isService, _service);
    }
}
