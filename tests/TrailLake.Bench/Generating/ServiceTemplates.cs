using System.Text;

namespace TrailLake.Bench.Generating;

/// <summary>Every record that a made trail may hold, from <c>calls.txt</c>: services by Zipf, a service's calls by Zipf, and of each call
/// one in fifty denied and one in five hundred throttled.</summary>
sealed class ServiceTemplates
{
    readonly Weighted _everywhere;
    readonly Weighted _home;

    public ServiceTemplates()
    {
        var services = ReadCalls();
        var templates = new List<RecordTemplate>();
        for (var rank = 0; rank < services.Count; rank++)
        {
            for (var place = 0; place < services[rank].Count; place++)
                templates.AddRange(Of(services[rank][place], Zipf.Weight(rank, 1.15) * Zipf.Weight(place, 1.2)));
        }

        All = [.. templates];
        ServiceCount = services.Count;
        _home = new(All.Select(template => template.Weight));
        _everywhere = new(All.Select(template => template.IsGlobal ? 0 : template.Weight));
    }

    public RecordTemplate[] All { get; }

    public int ServiceCount { get; }

    /// <summary>Draws a call; global services answer in us-east-1 only.</summary>
    public int Draw(Dice dice, bool isHome) => (isHome ? _home : _everywhere).Draw(dice);

    static IEnumerable<RecordTemplate> Of(Call call, double weight)
    {
        yield return RecordTemplate.Parse(call, RecordText.Of(call), weight);
        if (call.ValueOf("err") is not null || call.ValueOf("by") is not null || call.ValueOf("type") is not null)
            yield break;

        yield return RecordTemplate.Parse(call, RecordText.Of(call, call.Service is "ec2" ? "Client.UnauthorizedOperation" : call.Service is "s3" ? "AccessDenied" : "AccessDeniedException"), weight * 0.02);
        yield return RecordTemplate.Parse(call, RecordText.Of(call, "ThrottlingException"), weight * 0.002);
    }

    static List<List<Call>> ReadCalls()
    {
        using var reader = new StreamReader(typeof(ServiceTemplates).Assembly.GetManifestResourceStream("calls.txt")!, Encoding.UTF8);
        var services = new List<List<Call>>();
        var (service, version, isGlobal) = ("", "", false);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (line[0] == '@')
            {
                var words = line[1..].Split(' ');
                (service, version, isGlobal) = (words[0], words[1], words.Length > 2);
                services.Add([]);
            }
            else if (line.Contains('¦'))
                services[^1].Add(Call.Parse(service, version, isGlobal, line));
            else
                services[^1].AddRange(line.Split(' ').Select(name => Call.FromName(service, version, isGlobal, name)));
        }
        return services;
    }
}
