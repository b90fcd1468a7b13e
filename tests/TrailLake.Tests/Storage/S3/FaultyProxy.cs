using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TrailLake.Tests.Storage.S3;

/// <summary>What a proxy does to a request or its answer.</summary>
enum Fault
{
    None,

    /// <summary>503 SlowDown, and the server never hears of it.</summary>
    SlowDown,

    /// <summary>403 AccessDenied, as where a policy lets somebody list and not read.</summary>
    Denied,

    /// <summary>403 InvalidObjectState, as of what lies in an archive.</summary>
    Archived,

    /// <summary>400 ExpiredToken, as with credentials that have run out.</summary>
    Expired,

    /// <summary>The connection is reset, and the server never hears of it.</summary>
    Reset,

    /// <summary>The server does what is asked, and its answer is lost.</summary>
    LostAnswer,

    /// <summary>Half of the answer's body comes, and no more until who asked has had enough.</summary>
    Stall,

    /// <summary>The connection ends within the body.</summary>
    ShortBody,

    /// <summary>The body of the request is taken slowly, and is taken whole.</summary>
    SlowUpload,

    /// <summary>One bit of an object's body is another one.</summary>
    FlippedBit,
}

/// <summary>Stands between a client and a real server, and spoils what the test says; whom it spoils is the seed's choice.</summary>
sealed class FaultyProxy : IDisposable
{
    static readonly Dictionary<Fault, (int Status, string Code)> Refusals = new()
    {
        [Fault.SlowDown] = (503, "SlowDown"), [Fault.Denied] = (403, "AccessDenied"), [Fault.Archived] = (403, "InvalidObjectState"), [Fault.Expired] = (400, "ExpiredToken"),
    };

    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly IPEndPoint _server;
    readonly Func<string, int, Fault> _choose;
    readonly CancellationTokenSource _stop = new();
    readonly Dictionary<Fault, int> _done = [];
    int _requests;

    /// <param name="server">Where the real one listens.</param>
    /// <param name="choose">Given the first line of a request and its number.</param>
    public FaultyProxy(string server, Func<string, int, Fault> choose)
    {
        var uri = new Uri(server);
        (_server, _choose) = (new IPEndPoint(IPAddress.Loopback, uri.Port), choose);
        _listener.Start(256);
        _ = AcceptAsync();
    }

    public string Endpoint => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public int Requests => Volatile.Read(ref _requests);

    /// <summary>How often each fault was done.</summary>
    public IReadOnlyDictionary<Fault, int> Done
    {
        get
        {
            lock (_done)
                return new Dictionary<Fault, int>(_done);
        }
    }

    /// <summary>Spoils a part of all requests, each in one of those ways.</summary>
    public static Func<string, int, Fault> Seeded(int seed, double share, params Fault[] faults)
    {
        var random = new Random(seed);
        return (_, _) =>
        {
            lock (random)
                return random.NextDouble() < share ? faults[random.Next(faults.Length)] : Fault.None;
        };
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                using var server = new TcpClient { NoDelay = true };
                client.NoDelay = true;
                await server.ConnectAsync(_server, _stop.Token);
                var (asks, answers) = (client.GetStream(), server.GetStream());
                while (await ReadHeadAsync(asks) is { } head && await PassAsync(client, head, asks, answers))
                {
                }
            }
            catch (Exception ended) when (ended is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
            }
        }
    }

    // One request and its answer; false where the connection is done with.
    async Task<bool> PassAsync(TcpClient client, string head, NetworkStream asks, NetworkStream answers)
    {
        var line = head[..head.IndexOf('\r')];
        var fault = _choose(line, Interlocked.Increment(ref _requests));
        if (fault == Fault.FlippedBit && (!line.StartsWith("GET ", StringComparison.Ordinal) || line.Contains("list-type=", StringComparison.Ordinal) || line.Contains("uploads", StringComparison.Ordinal)))
            fault = Fault.None; // a listing has no checksum that could tell
        lock (_done)
            _done[fault] = _done.GetValueOrDefault(fault) + 1;
        var body = fault == Fault.SlowUpload ? await ReadSlowlyAsync(asks, head) : await ReadBodyAsync(asks, head);
        if (fault == Fault.Reset)
            return Reset(client);
        if (Refusals.TryGetValue(fault, out var refusal))
        {
            var error = $"<?xml version=\"1.0\"?><Error><Code>{refusal.Code}</Code></Error>";
            await asks.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {refusal.Status} x\r\nContent-Type: application/xml\r\nContent-Length: {error.Length}\r\n\r\n{(line.StartsWith("HEAD ", StringComparison.Ordinal) ? "" : error)}"), _stop.Token);
            return true;
        }
        await answers.WriteAsync(Encoding.Latin1.GetBytes(head), _stop.Token);
        await answers.WriteAsync(body, _stop.Token);
        string? answer;
        do
        {
            answer = await ReadHeadAsync(answers);
        }
        while (answer?.StartsWith("HTTP/1.1 100", StringComparison.Ordinal) == true);
        if (answer is null)
            return false;
        var content = line.StartsWith("HEAD ", StringComparison.Ordinal) ? [] : await ReadBodyAsync(answers, answer);
        if (fault == Fault.LostAnswer)
            return Reset(client);
        if (fault == Fault.FlippedBit && content.Length > 0 && answer.StartsWith("HTTP/1.1 2", StringComparison.Ordinal))
            content[content.Length / 2] ^= 16;
        await asks.WriteAsync(Encoding.Latin1.GetBytes(answer), _stop.Token);
        var half = fault is Fault.Stall or Fault.ShortBody ? content.Length / 2 : content.Length;
        await asks.WriteAsync(content.AsMemory(0, half), _stop.Token);
        if (fault == Fault.Stall && content.Length > 0)
            _ = await asks.ReadAsync(new byte[1], _stop.Token); // until who asked closes it
        return fault is not (Fault.ShortBody or Fault.Stall);
    }

    static bool Reset(TcpClient client)
    {
        client.LingerState = new LingerOption(true, 0);
        return false;
    }

    async Task<string?> ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one, _stop.Token) > 0)
        {
            head.Append((char)one[0]);
            if (one[0] == '\n' && head.Length >= 4 && head[^2] == '\r' && head[^3] == '\n' && head[^4] == '\r')
                return head.ToString();
        }
        return null;
    }

    // As it comes on the wire: with a length, or in chunks.
    async Task<byte[]> ReadBodyAsync(NetworkStream stream, string head)
    {
        if (Header(head, "transfer-encoding")?.Contains("chunked", StringComparison.OrdinalIgnoreCase) != true)
        {
            var body = new byte[int.Parse(Header(head, "content-length") ?? "0", CultureInfo.InvariantCulture)];
            await stream.ReadExactlyAsync(body, _stop.Token);
            return body;
        }
        using var all = new MemoryStream();
        while (true)
        {
            var line = await ReadLineAsync(stream);
            all.Write(Encoding.ASCII.GetBytes(line));
            var chunk = new byte[int.Parse(line.Split(';', '\r')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture) + 2];
            await stream.ReadExactlyAsync(chunk, _stop.Token);
            all.Write(chunk);
            if (chunk.Length == 2)
                return all.ToArray();
        }
    }

    // 20 MB a second.
    async Task<byte[]> ReadSlowlyAsync(NetworkStream stream, string head)
    {
        var body = new byte[int.Parse(Header(head, "content-length") ?? "0", CultureInfo.InvariantCulture)];
        for (var done = 0; done < body.Length;)
        {
            var count = Math.Min(1 << 20, body.Length - done);
            await stream.ReadExactlyAsync(body.AsMemory(done, count), _stop.Token);
            done += count;
            _stop.Token.WaitHandle.WaitOne(150);
        }
        return body;
    }

    async Task<string> ReadLineAsync(NetworkStream stream)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one, _stop.Token) > 0 && line.Append((char)one[0]) is var _ && one[0] != '\n')
        {
        }
        return line.ToString();
    }

    static string? Header(string head, string name) => head.Split("\r\n").Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase)).Select(line => line[(name.Length + 1)..].Trim()).FirstOrDefault();
}
