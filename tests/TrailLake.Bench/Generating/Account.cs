using System.Text;

namespace TrailLake.Bench.Generating;

/// <summary>One account's things, which its calls are about: the first of each kind are used most.</summary>
sealed class Account
{
    static readonly string[] Words = ["order", "billing", "search", "catalog", "payments", "ingest", "events", "audit", "metrics", "media", "mobile", "partner", "pricing", "report", "render", "sync", "user", "wallet", "zone", "edge", "data", "risk"];

    readonly Dictionary<Slot, byte[][]> _pools = [];

    public Account(ulong seed, int number)
    {
        Id = Dice.Of(seed, "account", number).Text(11, Alphabet.Digits).Insert(0, "4");
        Principals = new(seed, Id);
        var dice = Dice.Of(seed, "things", number);
        Fill(Slot.Other, 6, () => "7" + dice.Text(11, Alphabet.Digits));
        Fill(Slot.Uuid, 200, () => Uuid(dice));
        Fill(Slot.Hex16, 120, () => dice.Text(16, Alphabet.Hex));
        Fill(Slot.Hex17, 600, () => dice.Text(17, Alphabet.Hex));
        Fill(Slot.Hex32, 900, () => dice.Text(32, Alphabet.Hex));
        Fill(Slot.Hex64, 120, () => dice.Text(64, Alphabet.Hex));
        Fill(Slot.B64Hash, 200, () => dice.Text(43, Alphabet.Base64) + "=");
        Fill(Slot.Ip10, 800, () => $"10.{dice.Below(4)}.{dice.Below(64)}.{1 + dice.Below(254)}");
        Fill(Slot.IpDash, 800, () => $"10-{dice.Below(4)}-{dice.Below(64)}-{1 + dice.Below(254)}");
        foreach (var (slot, count) in new[] { (Slot.I, 800), (Slot.Vol, 1200), (Slot.Sg, 120), (Slot.Subnet, 30), (Slot.Vpc, 8), (Slot.Eni, 1200), (Slot.Ami, 25), (Slot.Lt, 40), (Slot.Vpce, 12) })
            Fill(slot, count, () => $"{slot.ToString().ToLowerInvariant()}-{dice.Text(17, Alphabet.Hex)}");
        Fill(Slot.Bucket, 60, () => $"{Word()}-{Word()}-{dice.Pick("prod", "stage", "logs", "raw", "backup")}-{(dice.Hits(0.5) ? Id : dice.Text(6, Alphabet.Hex))}");
        Fill(Slot.Func, 150, () => $"{Word()}-{Word()}-{dice.Pick("prod", "stage", "dev")}");
        Fill(Slot.Table, 60, () => $"{Word()}_{Word()}");
        Fill(Slot.Name, 200, () => $"{Word()}-{Word()}-{dice.Pick("api", "worker", "web", "db", "cache", "jobs")}");
        Fill(Slot.Team, 12, Word);
        Fill(Slot.Env, 3, () => dice.Pick("prod", "stage", "dev"));
        Fill(Slot.Role, 120, () => $"{Word()}-{dice.Pick("prod", "stage", "dev")}-{dice.Pick("role", "lambda", "task", "node")}");
        Fill(Slot.RoleId, 120, () => "AROA" + dice.Text(17, Alphabet.Base32));
        // A second value of the same kind within a record.
        foreach (var (slot, like) in new[] { (Slot.Uuid2, Slot.Uuid), (Slot.Hex17b, Slot.Hex17), (Slot.Hex32b, Slot.Hex32), (Slot.Ip10b, Slot.Ip10), (Slot.Bucket2, Slot.Bucket), (Slot.Table2, Slot.Table) })
            _pools[slot] = _pools[like];

        string Word() => dice.Pick<string>(Words);
    }

    /// <summary>Twelve digits.</summary>
    public string Id { get; }

    public Principals Principals { get; }

    /// <summary>All of a kind; null where it is not the account's.</summary>
    public byte[][]? PoolOf(Slot slot) => _pools.GetValueOrDefault(slot);

    void Fill(Slot slot, int count, Func<string> make) => _pools[slot] = [.. Enumerable.Range(0, count).Select(_ => Encoding.UTF8.GetBytes(make()))];

    static string Uuid(Dice dice)
    {
        var text = new byte[36];
        dice.FillUuid(text);
        return Encoding.ASCII.GetString(text);
    }
}
