using System.Numerics;
using System.Text;

namespace TrailLake.Bench.Generating;

/// <summary>Random numbers that are the same on every machine and in every version of .NET: SplitMix64.</summary>
/// <remarks>Each delivery and each session has dice of its own, seeded by what it is. So it does not matter who makes it, or when.</remarks>
sealed class Dice(ulong seed)
{
    ulong _state = seed;

    /// <summary>Dice for one thing of a trail.</summary>
    public static Dice Of(ulong seed, string what, params ReadOnlySpan<long> which)
    {
        var state = Checksum.Of(Encoding.UTF8.GetBytes(what)) ^ seed * 0x9E3779B97F4A7C15;
        foreach (var number in which)
            state = new Dice(state ^ (ulong)number).Next();
        return new(state);
    }

    public ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
        z = (z ^ z >> 27) * 0x94D049BB133111EB;
        return z ^ z >> 31;
    }

    /// <summary>A number from 0 up to, and without, <paramref name="end"/>.</summary>
    public int Below(int end) => (int)Math.BigMul(Next(), (ulong)end, out _);

    /// <summary>A number from 0 up to, and without, 1.</summary>
    public double Fraction() => (Next() >> 11) * (1.0 / (1UL << 53));

    public bool Hits(double probability) => Fraction() < probability;

    public T Pick<T>(params ReadOnlySpan<T> values) => values[Below(values.Length)];

    /// <summary>Few large, many small: 0 is the likeliest, and <paramref name="end"/> is not reached.</summary>
    public int Tail(double alpha, int end) => (int)Math.Min(end - 1, Math.Pow(1 - Fraction(), -1 / alpha) - 1);

    public double LogNormal(double mean, double deviation)
    {
        var normal = Math.Sqrt(-2 * Math.Log(1 - Fraction())) * Math.Cos(2 * Math.PI * Fraction());
        return Math.Exp(mean + deviation * normal);
    }

    public double Exponential(double mean) => -mean * Math.Log(1 - Fraction());

    /// <summary>Fills a text with letters of an alphabet of up to 64.</summary>
    public void Fill(Span<byte> text, ReadOnlySpan<byte> alphabet)
    {
        if (!BitOperations.IsPow2(alphabet.Length))
        {
            foreach (ref var letter in text)
                letter = alphabet[Below(alphabet.Length)];
            return;
        }

        var bits = BitOperations.Log2((uint)alphabet.Length);
        var (word, left) = (0UL, 0);
        foreach (ref var letter in text)
        {
            if (left < bits)
                (word, left) = (Next(), 64);
            letter = alphabet[(int)(word & (ulong)(alphabet.Length - 1))];
            word >>= bits;
            left -= bits;
        }
    }

    public string Text(int length, ReadOnlySpan<byte> alphabet)
    {
        var text = new byte[length];
        Fill(text, alphabet);
        return Encoding.ASCII.GetString(text);
    }

    /// <summary>A random UUID, 36 characters.</summary>
    public void FillUuid(Span<byte> text)
    {
        Fill(text, Alphabet.Hex);
        text[8] = text[13] = text[18] = text[23] = (byte)'-';
        text[14] = (byte)'4';
        text[19] = "89ab"u8[text[19] & 3];
    }
}

/// <summary>The letters that AWS's ids are made of.</summary>
static class Alphabet
{
    public static ReadOnlySpan<byte> Hex => "0123456789abcdef"u8;

    public static ReadOnlySpan<byte> Base32 => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"u8;

    public static ReadOnlySpan<byte> Base64 => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8;

    public static ReadOnlySpan<byte> Upper => "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"u8;

    public static ReadOnlySpan<byte> Alphanumeric => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"u8;

    public static ReadOnlySpan<byte> Digits => "0123456789"u8;
}
