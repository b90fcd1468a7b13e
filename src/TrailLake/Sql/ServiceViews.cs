using TrailLake.DuckDb;

namespace TrailLake.Sql;

/// <summary>Looks through a lake's events, and makes a view for each service in them.</summary>
static class ServiceViews
{
    /// <summary>The views, by name.</summary>
    /// <param name="catalog">The lake.</param>
    /// <param name="services">The services to make views for; none for all.</param>
    /// <param name="cancel">Ends it early.</param>
    public static IReadOnlyList<ServiceView> Generate(LakeCatalog catalog, IReadOnlyList<string> services, CancellationToken cancel = default)
    {
        var seen = new SortedDictionary<string, Seen>(StringComparer.Ordinal);
        var filter = services.Count == 0 ? "" : $" where service in ({string.Join(", ", services.Select(DuckDbSql.Text))})";
        using (var events = catalog.Query($"select service, request_parameters, response_elements from events{filter}"))
        {
            while (events.ReadChunk())
            {
                cancel.ThrowIfCancellationRequested();
                for (var row = 0; row < events.RowCount; row++)
                    Add(seen, events.Columns[0].GetText(row) ?? "unknown", events, row);
            }
        }

        // The views that the program brings are checked by hand and keep their names; what is generated beside one has another.
        var shipped = SqlLibrary.Views.Select(view => view.Name).ToHashSet(StringComparer.Ordinal);
        var names = new HashSet<string>(shipped, StringComparer.Ordinal);
        return [.. seen.Select(service => ServiceView.Render(NameOf(service.Key, shipped, names), service.Key, service.Value.Events, service.Value.Request, service.Value.Response))];
    }

    static void Add(SortedDictionary<string, Seen> seen, string service, DuckDbResult events, int row)
    {
        if (!seen.TryGetValue(service, out var of))
            seen.Add(service, of = new());
        of.Events++;
        of.Request.Add(events.Columns[1].GetBytes(row));
        of.Response.Add(events.Columns[2].GetBytes(row));
    }

    static string NameOf(string service, HashSet<string> shipped, HashSet<string> taken)
    {
        var plain = ServiceView.SnakeCase(service);
        var name = plain.Length == 0 || char.IsAsciiDigit(plain[0]) ? $"service_{plain}".TrimEnd('_') : plain;
        return ServiceView.Unused(shipped.Contains($"{name}_calls") ? $"{name}_fields" : $"{name}_calls", taken);
    }

    sealed class Seen
    {
        public long Events { get; set; }

        public SeenFields Request { get; } = new();

        public SeenFields Response { get; } = new();
    }
}
