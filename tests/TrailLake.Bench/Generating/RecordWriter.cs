using System.Globalization;
using System.Text;

namespace TrailLake.Bench.Generating;

/// <summary>Writes records into a buffer, straight as UTF-8, and adds up the truth of them. One for each thread.</summary>
sealed class RecordWriter
{
    readonly (int Start, int Length)[] _written = new (int, int)[Enum.GetValues<Slot>().Length];
    readonly (int Start, int Length)[] _columns = new (int, int)[Truth.Names.Length];
    readonly byte[][]?[] _pools = new byte[][]?[Enum.GetValues<Slot>().Length];

    static readonly int UserArn = Array.IndexOf(Truth.Names, "user_arn");
    static readonly int UserKey = Array.IndexOf(Truth.Names, "user_access_key_id");

    byte[] _buffer = new byte[1 << 20];
    int _length;
    Account? _account;
    byte[] _accountId = [];
    string _region = "";
    byte[] _regionText = [];
    Dice _dice = new(0);

    // Of the record that is being written.
    Session _session = null!;
    RecordTemplate _template = null!;
    DateTime _time;

    public TruthSums Sums { get; } = new();

    /// <summary>What was written since <see cref="Begin"/>.</summary>
    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    public void Begin(Account account, string region, Dice dice)
    {
        if (_account != account)
        {
            _account = account;
            _accountId = Encoding.UTF8.GetBytes(account.Id);
            foreach (var slot in Enum.GetValues<Slot>())
                _pools[(int)slot] = account.PoolOf(slot);
        }
        (_region, _regionText) = (region, Encoding.UTF8.GetBytes(region));
        _dice = dice;
        _length = 0;
    }

    public void Write(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Room(text.Length));
        _length += text.Length;
    }

    public void Write(RecordTemplate template, Session session, DateTime time)
    {
        (_template, _session, _time) = (template, session, time);
        Array.Clear(_written);
        Array.Clear(_columns);
        foreach (var piece in template.Pieces)
        {
            Write(piece.Text);
            if (piece.Slot == Slot.Begin)
                _columns[piece.Column].Start = _length;
            else if (piece.Slot == Slot.End)
                _columns[piece.Column].Length = _length - _columns[piece.Column].Start;
            else if (piece.Slot != Slot.None)
                Fill(piece.Slot);
        }

        for (var column = 0; column < _columns.Length; column++)
        {
            var (start, length) = _columns[column];
            if (start > 0)
                Sums.Add(column, _buffer.AsSpan(start, length));
        }
        Sums.EndRow(template.Service, time, _region);
    }

    void Fill(Slot slot)
    {
        ref var written = ref _written[(int)slot];
        if (written.Start > 0)
        {
            var again = _buffer.AsSpan(written.Start, written.Length);
            again.CopyTo(Room(again.Length)); // Room may move the buffer; the span then still has the old one's bytes
            _length += again.Length;
            return;
        }

        var start = _length;
        if (_pools[(int)slot] is { } pool)
            Write(pool[_dice.Tail(1.0, pool.Length)]);
        else
            FillNew(slot);
        written = (start, _length - start);
    }

    void FillNew(Slot slot)
    {
        switch (slot)
        {
            case Slot.Account: Write(_accountId); break;
            case Slot.Region: Write(_regionText); break;
            case Slot.Identity: WriteIdentity(_session.Identity); break;
            case Slot.IdentityOpen: WriteIdentity(_session.Identity.AsSpan(..^1)); break;
            case Slot.Arn: Write(_session.Identity.AsSpan(_session.Arn)); break;
            case Slot.Address: Write(_session.Address); break;
            case Slot.Tls: Write(_session.Tls); break;
            case Slot.Agent:
                Write(_session.Agent);
                if (_session.Agent[^1] == '#')
                    Write(_template.Command);
                break;

            case Slot.Time: WriteTime("yyyy-MM-ddTHH:mm:ssZ"); break;
            case Slot.Date: WriteTime("yyyy-MM-dd"); break;
            case Slot.DatePath: WriteTime("yyyy/MM/dd"); break;
            case Slot.Expiry: WriteTime("MMM d, yyyy, h:59:59 tt"); break;
            case Slot.Millis: WriteNumber(1000 * Seconds + _dice.Below(1000)); break;
            case Slot.Seconds: WriteNumber(Seconds); break;
            case Slot.Nanos: WriteNumber(1_000_000_000 * Seconds + _dice.Below(1_000_000_000)); break;

            case Slot.EventId or Slot.RequestId or Slot.SharedId or Slot.Fresh or Slot.Fresh2:
                _dice.FillUuid(Room(36)[..36]);
                _length += 36;
                break;
            case Slot.S3RequestId: WriteRandom(16, Alphabet.Upper); break;
            case Slot.Id2:
                WriteRandom(75, Alphabet.Base64);
                Write("="u8);
                break;
            case Slot.Token:
                Write("IQoJb3JpZ2luX2VjE"u8);
                WriteRandom(343, Alphabet.Base64);
                break;
            case Slot.NewKey:
                Write("ASIA"u8);
                WriteRandom(16, Alphabet.Base32);
                break;
            case Slot.Bytes: WriteNumber((long)_dice.LogNormal(9, 2)); break;
            case Slot.Key: WriteKey(); break;
            case Slot.Prefix: WriteTime("'year='yyyy'/month='MM'/'"); break;
            default: throw new BenchException($"calls.txt: <{slot}> has no value.");
        }
    }

    void WriteIdentity(ReadOnlySpan<byte> json)
    {
        _columns[UserArn] = (_length + _session.Arn.Start.Value, _session.Arn.End.Value - _session.Arn.Start.Value);
        _columns[UserKey] = (_length + _session.Key.Start.Value, _session.Key.End.Value - _session.Key.Start.Value);
        Write(json);
    }

    // Objects of a data lake, of users, and of logs.
    void WriteKey()
    {
        switch (_dice.Below(3))
        {
            case 0:
                WriteTime("'year='yyyy'/month='MM'/day='dd'/part-'");
                WriteRandom(5, Alphabet.Digits);
                Write("-"u8);
                WriteRandom(8, Alphabet.Hex);
                Write(".snappy.parquet"u8);
                break;
            case 1:
                Write("users/"u8);
                WriteNumber(_dice.Tail(0.4, 100_000));
                Write("/avatar.webp"u8);
                break;
            default:
                WriteTime("'logs/'yyyy/MM/dd/HH'/'");
                Write(_accountId);
                Write("_"u8);
                WriteRandom(8, Alphabet.Alphanumeric);
                Write(".log.gz"u8);
                break;
        }
    }

    long Seconds => (_time.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond;

    void WriteTime(string format)
    {
        _time.TryFormat(Room(64), out var written, format, CultureInfo.InvariantCulture);
        _length += written;
    }

    void WriteNumber(long number)
    {
        number.TryFormat(Room(20), out var written);
        _length += written;
    }

    void WriteRandom(int length, ReadOnlySpan<byte> alphabet)
    {
        _dice.Fill(Room(length)[..length], alphabet);
        _length += length;
    }

    Span<byte> Room(int length)
    {
        if (_buffer.Length - _length < length)
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + length));
        return _buffer.AsSpan(_length);
    }
}
