using TrailLake.Parquet;
using TrailLake.Parquet.Buffers;

namespace TrailLake.Report;

/// <summary>The rows of a row group as a report counts them: by row a number for each text, -1 for null.</summary>
sealed class ScannedRows(TextDictionary texts) : IDisposable
{
    const int MillisOfHour = 60 * 60 * 1000, HoursOfDay = 24;

    /// <summary>In place of an hour where there is no time.</summary>
    public const int NoHour = HoursOfDay;

    // Who called, as `principal` in the view principals says it; a role's issuer is looked at before these.
    static readonly string[] Callers = ["user_arn", "user_principal_id", "user_on_behalf_of_user_id", "user_invoked_by", "user_account_id"];

    readonly ColumnValues _times = new();
    int[] _errorCodes = [], _errors = [], _principals = [], _accounts = [], _kinds = [], _agents = [], _arns = [], _others = [];
    byte[] _hours = [], _isAwsService = [], _isError = [];
    bool _hasTimes, _hasArns;

    /// <summary>The columns that rows are made of.</summary>
    public static IReadOnlyList<string> Columns { get; } =
        ["event_time", "error_code", "is_error", "user_type", "session_issuer_arn", .. Callers, "recipient_account_id", "is_aws_service", "user_agent"];

    public int Count { get; private set; }

    /// <summary>Milliseconds since 1970.</summary>
    public long TimeAt(int row, long ifNull) => _hasTimes && _times.Present[row] != 0 ? _times.Int64s[row] : ifNull;

    /// <summary>The hour of the day, or <see cref="NoHour"/>.</summary>
    public ReadOnlySpan<byte> Hours => _hours.AsSpan(0, Count);

    /// <summary>Error codes as they stand there.</summary>
    public ReadOnlySpan<int> ErrorCodes => _errorCodes.AsSpan(0, Count);

    /// <summary>Error codes of failed calls, <c>(no code)</c> where one has none.</summary>
    public ReadOnlySpan<int> Errors => _errors.AsSpan(0, Count);

    public ReadOnlySpan<int> Principals => _principals.AsSpan(0, Count);

    public ReadOnlySpan<int> Accounts => _accounts.AsSpan(0, Count);

    /// <summary>Types of callers.</summary>
    public ReadOnlySpan<int> Kinds => _kinds.AsSpan(0, Count);

    /// <summary>User agents, but of AWS services none.</summary>
    public ReadOnlySpan<int> Agents => _agents.AsSpan(0, Count);

    /// <summary>1 where another AWS service called; else 0, also where it is not known.</summary>
    public ReadOnlySpan<byte> IsAwsService => _isAwsService.AsSpan(0, Count);

    /// <summary>A text column as it stands there, if it was read.</summary>
    public bool TryGet(string column, out ReadOnlySpan<int> numbers)
    {
        var known = column switch
        {
            "error_code" => _errorCodes,
            "recipient_account_id" => _accounts,
            "user_arn" when _hasArns => _arns,
            _ => null,
        };
        numbers = known.AsSpan(0, known is null ? 0 : Count);
        return known is not null;
    }

    public void Read(ScannedGroup group)
    {
        Reserve(group.Rows);
        ReadTimes(group);
        ReadErrors(group);
        ReadPrincipals(group);
        group.ReadBooleans("is_aws_service", _isAwsService.AsSpan(0, Count));
        group.ReadTexts("recipient_account_id", texts, _accounts.AsSpan(0, Count));
        group.ReadTexts("user_agent", texts, _agents.AsSpan(0, Count));
        for (var row = 0; row < Count; row++)
        {
            if (_isAwsService[row] == 1)
                _agents[row] = -1;
            else
                _isAwsService[row] = 0; // a file of an older release lacks it
        }
    }

    void Reserve(int rows)
    {
        Count = rows;
        if (_hours.Length >= rows)
            return;
        var room = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)rows);
        (_hours, _isAwsService, _isError) = (new byte[room], new byte[room], new byte[room]);
        (_errorCodes, _errors, _principals, _accounts, _kinds, _agents, _arns, _others) =
            (new int[room], new int[room], new int[room], new int[room], new int[room], new int[room], new int[room], new int[room]);
    }

    void ReadTimes(ScannedGroup group)
    {
        _hasTimes = group.TryRead("event_time", ParquetType.TimestampMillis, _times);
        _hours.AsSpan(0, Count).Fill(NoHour);
        if (!_hasTimes)
            return;
        var times = _times.Int64s;
        var present = _times.Present;
        for (var row = 0; row < Count; row++)
        {
            if (present[row] != 0)
                _hours[row] = (byte)(Math.DivRem(times[row], MillisOfHour * HoursOfDay).Remainder is var millis && millis < 0 ? (millis + MillisOfHour * HoursOfDay) / MillisOfHour : millis / MillisOfHour);
        }
    }

    void ReadErrors(ScannedGroup group)
    {
        group.ReadTexts("error_code", texts, _errorCodes.AsSpan(0, Count));
        group.ReadBooleans("is_error", _isError.AsSpan(0, Count));
        var noCode = texts.Find("(no code)"u8);
        for (var row = 0; row < Count; row++)
            _errors[row] = _isError[row] != 1 ? -1 : _errorCodes[row] >= 0 ? _errorCodes[row] : noCode;
    }

    // Nearly every caller is known after the first column or two, and then the others are not read.
    void ReadPrincipals(ScannedGroup group)
    {
        var kinds = _kinds.AsSpan(0, Count);
        var principals = _principals.AsSpan(0, Count);
        var others = _others.AsSpan(0, Count);
        group.ReadTexts("user_type", texts, kinds);
        principals.Fill(-1);
        _hasArns = false;
        var assumedRole = texts.Find("AssumedRole"u8);
        var open = Count;
        if (kinds.Contains(assumedRole) && group.ReadTexts("session_issuer_arn", texts, others))
        {
            for (var row = 0; row < Count; row++)
            {
                if (kinds[row] != assumedRole || others[row] < 0)
                    continue;
                principals[row] = others[row];
                open--;
            }
        }
        foreach (var column in Callers)
        {
            if (open == 0)
                return;
            _hasArns |= column == Callers[0];
            var found = column == Callers[0] ? _arns.AsSpan(0, Count) : others; // the CIS views ask for it, too
            if (!group.ReadTexts(column, texts, found))
                continue;
            for (var row = 0; row < Count; row++)
            {
                if (principals[row] >= 0 || found[row] < 0)
                    continue;
                principals[row] = found[row];
                open--;
            }
        }
    }

    public void Dispose() => _times.Dispose();
}
