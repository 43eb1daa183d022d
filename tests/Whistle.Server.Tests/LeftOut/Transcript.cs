using System.Buffers.Binary;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Whistle.Protocol.Log;
using Whistle.Protocol.Tips;

namespace Whistle.Server.Tests.LeftOut;

/// <summary>
/// All that one person can fetch: every GET endpoint of the server's own list, at every moment; status, headers and body. What is
/// random by design is taken out by <see cref="Masks"/>, and by nothing else; the counts that are noise are kept apart.
/// </summary>
internal sealed partial class Transcript(
    WhistleServer server, WhistleServer.Account person, SealedTip own, IReadOnlyDictionary<string, string> names, ChannelId channel, CaseId known,
    UploadId knownFile, string document)
{
    /// <summary>
    /// What may differ from world to world, why, and as what it stands in the transcript. A mask keeps the length of what it takes out:
    /// one ciphertext that is longer still shows.
    /// </summary>
    public static IReadOnlyList<(string Why, Regex What, Func<Match, string> As)> Masks { get; } =
    [
        ("Where the stream ends is noise: held against it in NoiseTests.", Position(), static _ => "\"position\":<position>"),
        ("A proof holds an index, a size and a path in the log, which grows by noise.", Proof(), static _ => "<proof>"),
        ("Keys, hashes, signatures and ciphertexts are random; only their length is kept.", Base64(), static m => $"<{m.Length} of base64>"),
        ("Ids are 128 random bits; those that the test knows have a name already.", Hex(), static m => $"<{m.Length} of hex>"),
        ("The short hash of a signing key, in a key's name.", KeyHash(), static _ => "+<key hash>+"),
        ("A server's log has the name of its key.", LogName(), static _ => "log-<key hash>"),
        ("Servers of the test are on ports of their own.", Port(), static _ => "http://127.0.0.1:<port>"),
    ];

    /// <summary>Samples of the parameters in paths: a new parameter needs one before this test passes.</summary>
    private Dictionary<string, Func<IEnumerable<(string Name, string Value)>>> Samples => new Dictionary<string, Func<IEnumerable<(string, string)>>>(StringComparer.Ordinal)
    {
        ["openapi/{documentName}"] = static () => [("v1", "v1")],
        ["cases/{id}"] = () => [("HIDDEN", HiddenCase.ToString()), ("KNOWN", known.ToString()), ("OWN", own.Manifest.Case.ToString()), ("NEVER", Never)],
        ["attachments/{upload}"] = Files,
        ["attachments/{id}"] = Files,
        ["channels/{id}"] = () => [("CHANNEL", channel.ToString()), ("NEVER", Never)],
        ["directories/{hash}"] = () => [("CURRENT", _directory), ("NEVER", Never + Never)],
        ["documents/{hash}"] = () => [("DOCUMENT", document), ("NEVER", Never + Never)],
        ["timestamp/{size:long}"] = () => [("FIRST", "64"), ("NEWEST", Size)],
        ["tile/{level}"] = static () => [("0", "0"), ("7", "7")],
        ["entries/{**path}"] = Tiles,
        ["{level}/{**path}"] = Tiles,
    };

    private const string Never = "00112233445566778899aabbccddeeff";
    private string _directory = "";
    private long _size;
    private long _position;

    /// <summary>The case that leaves the person out; in a world without it an id that never was.</summary>
    public CaseId HiddenCase { get; set; } = CaseId.Parse("ffeeddccbbaa99887766554433221100", null);

    public UploadId HiddenFile { get; set; } = UploadId.Parse("fedcba98765432100123456789abcdef", null);

    /// <summary>By moment: everything that was answered, with the masks on.</summary>
    public List<(string Moment, string Address, string Answer)> Lines { get; } = [];

    /// <summary>Everything as it came, in Latin-1.</summary>
    public StringBuilder Raw { get; } = new();

    /// <summary>By moment: the blobs that were new.</summary>
    public List<(string Moment, int Count)> Blobs { get; } = [];

    /// <summary>By moment: how long the log was.</summary>
    public List<(string Moment, long Size)> LogSizes { get; } = [];

    /// <summary>The cases whose keys the person's device found in the stream, in the order of the stream.</summary>
    public List<CaseId> Opened { get; } = [];

    public int Requests { get; private set; }

    /// <summary>Asks for everything.</summary>
    public async Task AskAsync(string moment)
    {
        Assert.True((await server.SignInAsync(person)).IsSuccessStatusCode);
        using var anybody = server.Source();
        using var source = await server.ReturnAsync(own);
        _directory = Hash32.Of(await anybody.GetByteArrayAsync("/api/source/directory")).ToString();
        var checkpoint = await anybody.GetByteArrayAsync("/log/checkpoint");
        _size = long.Parse(Encoding.UTF8.GetString(checkpoint).Split('\n')[1], System.Globalization.CultureInfo.InvariantCulture);
        LogSizes.Add((moment, _size));

        var routes = server.Routes().Where(r => r.Method is "GET").Select(r => r.Pattern).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        Assert.True(routes.Count > 30, "The list of endpoints is not complete.");
        foreach (var route in routes)
        {
            foreach (var (name, address) in Addresses(route))
            {
                if (route.StartsWith("/api/desk/", StringComparison.Ordinal))
                    await GetAsync(person.Http, moment, name, address);
                else
                    await GetAsync(anybody, moment, name, address);
                if (route.StartsWith("/api/source/mailbox", StringComparison.Ordinal))
                    await GetAsync(source, moment, name + " with the words", address);
            }
        }
        await ReadLogAsync(anybody, moment);
        await ReadStreamAsync(moment);
    }

    /// <summary>The first answer that is not the same, with what is around it; null where all are.</summary>
    public string? FirstDifference(Transcript other)
    {
        for (var i = 0; i < Math.Max(Lines.Count, other.Lines.Count); i++)
        {
            if (i >= Lines.Count || i >= other.Lines.Count)
                return $"{Lines.Count} answers and {other.Lines.Count}";
            if (Lines[i] == other.Lines[i])
                continue;
            var (mine, its) = (Lines[i].Answer, other.Lines[i].Answer);
            var at = mine.Zip(its).TakeWhile(p => p.First == p.Second).Count();
            return $"{Lines[i].Moment}, {Lines[i].Address} and {other.Lines[i].Address}, from {at}:\n{Part(mine, at)}\n{Part(its, at)}";
        }
        return null;

        static string Part(string text, int at) => text[Math.Max(0, at - 60)..Math.Min(text.Length, at + 140)];
    }

    private string Size => _size.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private IEnumerable<(string Name, string Value)> Files() => [("HIDDEN", HiddenFile.ToString()), ("KNOWN", knownFile.ToString()), ("NEVER", Never)];

    private IEnumerable<(string Name, string Value)> Tiles()
    {
        var last = (_size - 1) / TileId.Width;
        return [("NEWEST", TileId.IndexPath(last, new TileId(0, last).WidthAt(_size))), ("NEVER", TileId.IndexPath(900_000, TileId.Width))];
    }

    /// <summary>A route with each sample of each of its parameters, and with their names instead of them.</summary>
    private List<(string Name, string Address)> Addresses(string route)
    {
        var found = new List<(string Name, string Address)> { ("", "") };
        var end = 0;
        foreach (Match parameter in Parameters().Matches(route))
        {
            var literal = route[end..parameter.Index];
            end = parameter.Index + parameter.Length;
            var sample = Samples.Where(s => route[..end].EndsWith(s.Key, StringComparison.Ordinal)).OrderByDescending(s => s.Key.Length).FirstOrDefault().Value;
            Assert.True(sample is not null, $"GET {route}: give {parameter.Value} a sample, the hidden case's own where it has one.");
            found = [.. found.SelectMany(f => sample().Select(s => (f.Name + literal + s.Name, f.Address + literal + s.Value)))];
        }
        found = [.. found.Select(f => (f.Name + route[end..], f.Address + route[end..]))];
        return route is "/api/desk/sheets" ? [.. Samples["cases/{id}"]().Select(s => ($"{route}?case={s.Name}", $"{route}?case={s.Value}"))] : found;
    }

    /// <summary>An answer without an end: what it says at once, and at the next moments.</summary>
    private async Task<byte[]> ListenAsync(HttpResponseMessage answer)
    {
        const int frame = 15, moments = 3;
        var heard = new byte[frame * moments];
        await using var body = await answer.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(heard.AsMemory(0, frame));
        for (var i = 1; i < moments; i++)
        {
            await Task.Delay(50); // it comes back to waiting
            server.Clock.Advance(TimeSpan.FromSeconds(15));
            await body.ReadExactlyAsync(heard.AsMemory(i * frame, frame)).AsTask().WaitAsync(TimeSpan.FromSeconds(10));
        }
        return heard;
    }

    private async Task GetAsync(HttpClient http, string moment, string name, string address)
    {
        // The stream is read to its end below: how many blobs it has is noise.
        if (name.EndsWith("/channels/CHANNEL/stream", StringComparison.Ordinal))
            return;
        // Two acts of one second, which reading a case and one of its files are, have no order but that of random ids.
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        using var answer = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead);
        Requests++;
        var bytes = answer.Content.Headers.ContentType?.MediaType is "text/event-stream" ? await ListenAsync(answer) : await answer.Content.ReadAsByteArrayAsync();
        var text = new StringBuilder().Append((int)answer.StatusCode).Append('\n');
        foreach (var (header, values) in answer.Headers.Concat(answer.Content.Headers).OrderBy(h => h.Key, StringComparer.Ordinal))
        {
            // Date is the wall clock of the machine; the length is the body's, which is compared.
            if (header is "Date")
                continue;
            if (header is "Content-Length")
                Assert.Equal(bytes.Length, answer.Content.Headers.ContentLength);
            else
                text.Append(header).Append(": ").AppendJoin(", ", values).Append('\n');
        }
        var isBinary = answer.Content.Headers.ContentType?.MediaType is "application/octet-stream";
        var raw = (isBinary ? Encoding.Latin1 : Encoding.UTF8).GetString(bytes);
        Raw.Append(text).Append(raw).Append('\n');
        if (name.StartsWith("/log/", StringComparison.Ordinal) && answer.IsSuccessStatusCode)
            text.Append(LogBody(name, bytes));
        else
            text.Append(isBinary ? $"<{bytes.Length} bytes>" : InOrder(Mask(raw)));
        Lines.Add((moment, name, text.ToString()));
    }

    /// <summary>What is left of an answer of the log once its growth is taken out: everything that is in the clear.</summary>
    private string LogBody(string name, byte[] bytes)
    {
        if (name.Contains("/entries/", StringComparison.Ordinal))
        {
            Assert.NotNull(EntryBundle.Read(bytes));
            return "<entries>";
        }
        if (name.Contains("/tile/", StringComparison.Ordinal))
        {
            Assert.Equal(0, bytes.Length % Hash32.Length);
            return "<hashes>";
        }
        var lines = Encoding.UTF8.GetString(bytes).Split('\n');
        lines[1] = "<size>";
        return Mask(string.Join('\n', lines));
    }

    /// <summary>The whole log: what is in the clear is compared; everything else has the length of a hash.</summary>
    private async Task ReadLogAsync(HttpClient anybody, string moment)
    {
        var clear = new List<string>();
        for (var index = 0L; index * TileId.Width < _size; index++)
        {
            var bytes = await anybody.GetByteArrayAsync("/log/tile/entries/" + TileId.IndexPath(index, new TileId(0, index).WidthAt(_size)));
            Raw.Append(Encoding.Latin1.GetString(bytes)).Append('\n');
            clear.AddRange(EntryBundle.Read(bytes)!.Where(e => e.Length != Hash32.Length).Select(e => InOrder(Mask(Encoding.UTF8.GetString(e.Span)))));
        }
        Lines.Add((moment, "the log in the clear", string.Join('\n', clear.Order(StringComparer.Ordinal))));
    }

    private string Mask(string text)
    {
        // A plus in a Base64 text is escaped in JSON, and where it falls is random.
        text = Escapes().Replace(text, m => ((char)Convert.ToInt32(m.Groups["code"].Value, 16)).ToString());
        foreach (var (id, name) in names)
            text = text.Replace(id, name, StringComparison.Ordinal);
        foreach (var (_, what, instead) in Masks)
            text = what.Replace(text, m => instead(m));
        return text;
    }

    /// <summary>A directory lists people in the order of their ids, which are random: here in the order of their names.</summary>
    private static string InOrder(string text)
    {
        const string People = "\"people\":[";
        var from = text.IndexOf(People, StringComparison.Ordinal);
        if (from < 0 || !text.Contains("\"recovery\"", StringComparison.Ordinal))
            return text;
        from += People.Length;
        var to = text.IndexOf(']', from);
        return text[..from] + string.Join("},{", text[from..to].Trim('{', '}').Split("},{").Order(StringComparer.Ordinal)) + text[to..];
    }

    private async Task ReadStreamAsync(string moment)
    {
        var before = _position;
        while (true)
        {
            using var answer = await person.Http.GetAsync($"/api/desk/channels/{channel}/stream?after={_position}");
            Requests++;
            var bytes = await answer.Content.ReadAsByteArrayAsync();
            Raw.Append(Encoding.Latin1.GetString(bytes)).Append('\n');
            var headers = string.Join('\n', answer.Headers.Concat(answer.Content.Headers).Where(h => h.Key is not ("Date" or "Content-Length")).Select(h => $"{h.Key}: {string.Join(", ", h.Value)}").Order(StringComparer.Ordinal));
            var count = (int)BinaryPrimitives.ReadUInt32BigEndian(bytes);
            if (count == 0)
            {
                Lines.Add((moment, "the end of the stream", $"{(int)answer.StatusCode}\n{headers}\n<{bytes.Length} bytes>"));
                break;
            }
            const int Each = sizeof(ulong) + WireLengths.Blob;
            Assert.Equal(sizeof(uint) + (count * Each), bytes.Length);
            for (var i = 0; i < count; i++)
            {
                var one = bytes.AsSpan(sizeof(uint) + (i * Each), Each);
                Assert.Equal(++_position, (long)BinaryPrimitives.ReadUInt64BigEndian(one));
                if (Protocol.Cases.StreamBlob.Open(one[sizeof(ulong)..].ToArray(), person.Identity!) is { IsOk: true, Value: { } opened })
                    Opened.Add(opened.Key.Id);
            }
        }
        Blobs.Add((moment, (int)(_position - before)));
        var listed = (await person.Http.GetFromJsonAsync<JsonElement>("/api/desk/channels")).GetProperty("channels").EnumerateArray().Single().GetProperty("position").GetInt64();
        Assert.Equal(_position, listed);
    }

    [GeneratedRegex("\"position\":[0-9]+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Position();

    [GeneratedRegex("(?<=\"proof\":\")[^\"]*", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Proof();

    [GeneratedRegex("[A-Za-z0-9_+/-]{40,}={0,2}", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Base64();

    [GeneratedRegex("(?<![0-9a-f])([0-9a-f]{32}|[0-9a-f]{64})(?![0-9a-f])", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Hex();

    [GeneratedRegex(@"\+[0-9a-f]{8}\+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex KeyHash();

    [GeneratedRegex(@"\\u(?<code>[0-9A-Fa-f]{4})", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Escapes();

    [GeneratedRegex("log-[0-9a-f]{8}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LogName();

    [GeneratedRegex("http://127[.]0[.]0[.]1:[0-9]+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Port();

    [GeneratedRegex(@"\{[^}]*\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Parameters();
}
