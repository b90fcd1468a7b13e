namespace TrailLake.Bench.Generating;

/// <summary>What is filled in at a place of a record; <c>calls.txt</c> writes it in angle brackets.</summary>
enum Slot : byte
{
    /// <summary>Nothing: the text ends here.</summary>
    None,

    /// <summary>The value of a column of <see cref="Truth.Names"/> begins; and ends.</summary>
    Begin, End,

    // Who, where, when.
    Account, Other, Region, Identity, IdentityOpen, Arn, Address, Agent, Tls, Time, Date, DatePath, Millis, Seconds, Nanos, Expiry,

    // New for each record.
    EventId, RequestId, S3RequestId, SharedId, Fresh, Fresh2, Id2, Token, NewKey, Bytes, Key, Prefix,

    // Of the account's things.
    Uuid, Uuid2, Hex16, Hex17, Hex17b, Hex32, Hex32b, Hex64, B64Hash, Ip10, Ip10b, IpDash, I, Vol, Sg, Subnet, Vpc, Eni, Ami, Lt, Vpce,
    Bucket, Bucket2, Func, Table, Table2, Name, Team, Env, Role, RoleId,
}

/// <summary>A piece of a record: text, and what comes after it.</summary>
/// <param name="Text">The text before, as UTF-8.</param>
/// <param name="Slot">What is filled in then.</param>
/// <param name="Column">For <see cref="Slot.Begin"/> and <see cref="Slot.End"/>, which column.</param>
readonly record struct Piece(byte[] Text, Slot Slot, int Column);
