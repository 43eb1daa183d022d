using Whistle.Protocol;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Notes;

namespace Whistle.Server.Demo;

/// <summary>
/// The set-up as an organisation does it, in a minute: ceremony, invitations, channels, and the first directory under the
/// one root key of a demo. An organisation has two of three (DESIGN 3).
/// </summary>
internal sealed class DemoCeremony(DemoWorld world, DemoCases cases, SigningKey rootKey) : IDisposable
{
    public const string RootKeyName = "demo";

    private readonly Dictionary<string, DemoMember> _members = new(StringComparer.Ordinal);

    /// <summary>Everybody by the key of the file.</summary>
    public IReadOnlyDictionary<string, DemoMember> Members => _members;

    /// <summary>Ids of everybody by the key of the file.</summary>
    public Dictionary<string, PersonId> Ids { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, ChannelId> Channels { get; } = new(StringComparer.Ordinal);

    private sealed record Invitation(string Token);

    private sealed record SetUp(Hash32 Root, Invitation Invitation);

    private sealed record Invited(PersonId Id, string Token);

    private sealed record Stored(Hash32 Hash);

    private sealed record Proposal(string Text);

    private sealed record Signed(int Missing);

    public async Task RunAsync(string setupToken, Func<TimeSpan, Task> pass, CancellationToken ct)
    {
        var admin = cases.People.First(p => p.Role is "admin");
        using (var anyone = DemoHttp.OfDesk(world.Address))
        {
            var done = await anyone.PostAsync<SetUp>("setup", new
            {
                token = setupToken,
                organisation = cases.Organisation,
                threshold = 1,
                keys = new[] { new { name = RootKeyName, key = rootKey.Public.Bytes.ToArray() } },
                admin = new { name = admin.Name },
            }, ct);
            world.Root = done.Root;
            _members[admin.Key] = await DemoMember.EnrolAsync(world, admin, done.Invitation.Token, ct);
        }
        // A code is good once, and enrolment took one.
        await pass(TimeSpan.FromMinutes(2));
        var http = await _members[admin.Key].HttpAsync(ct);
        Ids[admin.Key] = _members[admin.Key].Id;
        await InviteAsync(http, cases.People.Where(p => !string.Equals(p.Key, admin.Key, StringComparison.Ordinal)), ct);
        await DraftChannelsAsync(http, ct);
        await pass(TimeSpan.FromMinutes(2));
        await PublishAsync(ct);
    }

    /// <summary>Builds, signs and publishes the next version of the directory.</summary>
    public Task PublishAsync(CancellationToken ct) =>
        PublishAsync(world, _members.Values.First(m => m.SignIn.Role is "admin"), rootKey, ct);

    public static async Task PublishAsync(DemoWorld world, DemoMember admin, SigningKey rootKey, CancellationToken ct)
    {
        var http = await admin.HttpAsync(ct);
        var text = (await http.PostAsync<Proposal>("directory/proposal", new { }, ct)).Text;
        var signature = SignedNote.FromText(text).Sign(RootKeyName, rootKey).Signatures[0].ToString();
        var left = await http.PostAsync<Signed>("directory/proposal/signatures", new { signature }, ct);
        if (left.Missing != 0)
            throw new InvalidOperationException("The demo's directory lacks signatures.");
        await world.FetchDirectoryAsync(ct);
    }

    public void Dispose()
    {
        foreach (var member in _members.Values)
            member.Dispose();
    }

    private async Task InviteAsync(DemoHttp admin, IEnumerable<DemoCases.Person> people, CancellationToken ct)
    {
        var invited = new List<(DemoCases.Person Person, string Token)>();
        foreach (var person in people)
        {
            var answer = await admin.PostAsync<Invited>("people", new { name = person.Name, role = person.Role, place = person.Place }, ct);
            Ids[person.Key] = answer.Id;
            invited.Add((person, answer.Token));
        }
        // Each passphrase takes 64 MiB and some tenths of a second, by design.
        var gate = new Lock();
        await Parallel.ForEachAsync(
            invited,
            new ParallelOptions { MaxDegreeOfParallelism = Math.Max(2, Environment.ProcessorCount), CancellationToken = ct },
            async (one, token) =>
            {
                var member = await DemoMember.EnrolAsync(world, one.Person, one.Token, token);
                lock (gate)
                    _members[one.Person.Key] = member;
            });
    }

    private async Task DraftChannelsAsync(DemoHttp admin, CancellationToken ct)
    {
        foreach (var channel in cases.Channels)
        {
            var id = ChannelId.New(Randomness.System);
            Channels[channel.Key] = id;
            await admin.PutAsync($"channels/drafts/{id}", new
            {
                id,
                name = channel.Name,
                entity = channel.Entity,
                readers = IdsOf(channel.Readers),
                approvers = IdsOf(channel.Approvers),
                custodians = IdsOf(channel.Custodians),
                recovery = "none",
                policy = channel.Policy,
                questionnaire = await StoreAsync(admin, "questionnaire-" + channel.Key, ct),
                texts = await StoreAsync(admin, "texts-" + channel.Key, ct),
                taxonomy = await StoreAsync(admin, "taxonomy-" + channel.Taxonomy, ct),
            }, ct);
        }
    }

    private PersonId[] IdsOf(IReadOnlyList<string> keys) => [.. keys.Select(k => Ids[k])];

    private static async Task<Hash32> StoreAsync(DemoHttp admin, string name, CancellationToken ct)
    {
        var answer = await admin.SendOctetsAsync(HttpMethod.Post, "documents", DemoFiles.Document(name), "application/json", ct);
        return System.Text.Json.JsonSerializer.Deserialize<Stored>(answer, Web)!.Hash;
    }

    private static readonly System.Text.Json.JsonSerializerOptions Web = new(System.Text.Json.JsonSerializerDefaults.Web);
}
