using System.Text;
using System.Text.RegularExpressions;

namespace TrailLake.Bench.Generating;

/// <summary>A record of one call, with places to fill in.</summary>
/// <param name="Service">The first label of its event source.</param>
/// <param name="Pieces">Its text, cut at the places.</param>
/// <param name="Command">The call as the AWS CLI writes it into its user agent: <c>ec2.describe-instances</c>.</param>
/// <param name="IsGlobal">The service is in us-east-1 only.</param>
/// <param name="Weight">How often it is made.</param>
sealed partial record RecordTemplate(string Service, Piece[] Pieces, byte[] Command, bool IsGlobal, double Weight)
{
    static readonly Dictionary<string, Slot> Slots = Enum.GetValues<Slot>().ToDictionary(slot => slot.ToString(), StringComparer.OrdinalIgnoreCase);

    public static RecordTemplate Parse(Call call, string text, double weight)
    {
        var pieces = new List<Piece>();
        var from = 0;
        foreach (var match in Place().EnumerateMatches(text))
        {
            var place = text.Substring(match.Index + 1, match.Length - 2);
            pieces.Add(new(Utf8(text[from..match.Index]), SlotOf(place), place[0] is '+' or '-' ? Array.IndexOf(Truth.Names, place[1..]) : -1));
            from = match.Index + match.Length;
        }
        pieces.Add(new(Utf8(text[from..]), Slot.None, -1));
        return new(call.Service, [.. pieces], Utf8($"{call.Service}.{Dashed(call.Name)}"), call.IsGlobal, weight);
    }

    static Slot SlotOf(string place) => place[0] switch
    {
        '+' => Slot.Begin,
        '-' => Slot.End,
        _ when Slots.TryGetValue(place, out var slot) => slot,
        _ => throw new BenchException($"calls.txt: expected the name of a slot, found <{place}>."),
    };

    static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    static string Dashed(string name) => WordStart().Replace(name, "-$1").ToLowerInvariant();

    [GeneratedRegex("<[+-]?[A-Za-z0-9_]+>")]
    private static partial Regex Place();

    [GeneratedRegex("(?<=[a-z0-9])([A-Z])")]
    private static partial Regex WordStart();
}
