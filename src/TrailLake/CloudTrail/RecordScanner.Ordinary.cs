using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace TrailLake.CloudTrail;

/// <summary>The short way for records that are as nearly all are.</summary>
sealed unsafe partial class RecordScanner
{
    bool _isValid; // the window is UTF-8

    /// <summary>Called when a window was filled.</summary>
    public void SeeWindow() => _isValid = Utf8.IsValid(new(window.Next, (int)(window.End - window.Next)));

    /// <summary>Reads records of an array that has shown what it holds, each begun by its version and followed as well-formed ones are. To find a record's end first
    /// and then to walk it takes a tenth of a run longer; whatever is not so plain is left to <see cref="Next"/>.</summary>
    /// <returns>How many.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int ReadOrdinary(RecordReader reader, int objectOrdinal)
    {
        var read = 0;
        if (!_isValid || _isFirst || _isWary || IsDone || _open.Count == 0 || _open[^1] != Container.Items)
        {
            return read;
        }
        while (window.Next + FirstName.Length < window.End && new ReadOnlySpan<byte>(window.Next, FirstName.Length).SequenceEqual(FirstName) && !reader.IsFull)
        {
            var close = reader.TryBegin(window.Next + 1, window.End, objectOrdinal, _problems.Count);
            if (close == null || !IsFollowedWell(close))
            {
                reader.Drop();
                break;
            }
            reader.Keep();
            _item = window.Next + 1;
            _itemEnd = window.Next = close;
            _wasFirst = false;
            _problems.Count++;
            read++;
        }
        return read;
    }

    static ReadOnlySpan<byte> FirstName => ",{\"eventVersion\""u8;
}
