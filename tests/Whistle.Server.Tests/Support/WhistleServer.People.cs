using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Whistle.Protocol.Age;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Notes;
using Whistle.Server.People;
using Whistle.Server.Setup;

namespace Whistle.Server.Tests;

/// <summary>The vocabulary of people: ceremony, invitations, enrolment, sign-in, signed directories; all of it over HTTP.</summary>
internal sealed partial class WhistleServer
{
    public const string Origin = "http://localhost:5080";

    private readonly List<(string Name, SigningKey Key)> _rootKeys = [];

    /// <summary>A browser that keeps the desk's cookie.</summary>
    public HttpClient Browser()
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = Address };
        client.DefaultRequestHeaders.Add("X-Whistle", "desk");
        return client;
    }

    /// <summary>Every endpoint under <c>/api/desk</c>, as "METHOD path", from the server's own list.</summary>
    public IReadOnlyList<string> DeskEndpoints() => [.. NamedEndpoints().Select(e => e.Endpoint)];

    /// <summary>Method and path of every endpoint of the desk, and its name.</summary>
    public IReadOnlyList<(string Endpoint, string Name)> NamedEndpoints()
    {
        StartServer();
        return
        [
            .. Services.GetServices<Microsoft.AspNetCore.Routing.EndpointDataSource>()
                .SelectMany(s => s.Endpoints).OfType<Microsoft.AspNetCore.Routing.RouteEndpoint>().Distinct()
                .Where(e => e.RoutePattern.RawText!.StartsWith("/api/desk", StringComparison.Ordinal))
                .SelectMany(e => e.Metadata.GetMetadata<Microsoft.AspNetCore.Routing.HttpMethodMetadata>()!.HttpMethods
                    .Select(m => ($"{m} {e.RoutePattern.RawText}", e.Metadata.GetMetadata<Microsoft.AspNetCore.Routing.IEndpointNameMetadata>()?.EndpointName ?? ""))),
        ];
    }

    public string SetupToken()
    {
        StartServer();
        return Services.GetRequiredService<SetupGate>().Open();
    }

    /// <summary>The ceremony with 1 of 1 root keys unless told; the admin enrolled and signed in.</summary>
    /// <param name="recovery">The recovery recipient; two of its three holders are needed.</param>
    public async Task<Account> SetUpAsync(int threshold = 1, int keys = 1, Protocol.Age.HybridRecipient? recovery = null)
    {
        using var browser = Browser();
        for (var i = 0; i < keys; i++)
            _rootKeys.Add(($"root-{i + 1}", SigningKey.FromSeed(RandomNumberGenerator.GetBytes(32))));
        var body = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["token"] = SetupToken(),
            ["organisation"] = "Example AG",
            ["threshold"] = threshold,
            ["keys"] = _rootKeys.Select(k => new { name = k.Name, key = k.Key.Public.ToString() }),
            ["admin"] = new { name = "A. Admin" },
        };
        if (recovery is not null)
            body["recovery"] = new { recipient = recovery.ToString(), threshold = 2, holders = new[] { "H. One", "H. Two", "H. Three" }.Select(name => new { name, place = "outside" }) };
        var answer = await browser.PostAsJsonAsync("/api/desk/setup", body);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var invitation = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("invitation").GetProperty("token").GetString()!;
        return await EnrolAsync(invitation, "admin", hasKeys: false);
    }

    /// <summary>Invites somebody as the admin, and enrols and signs in as them.</summary>
    public async Task<Account> JoinAsync(Account admin, Role role, string name)
    {
        var answer = await admin.Http.PostAsJsonAsync("/api/desk/people", new { name, role = role.Wire(), place = "inside" });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var invited = await answer.Content.ReadFromJsonAsync<JsonElement>();
        var login = string.Concat(name.ToLowerInvariant().Where(char.IsAsciiLetterOrDigit));
        return await EnrolAsync(invited.GetProperty("token").GetString()!, login, role.HasKeys());
    }

    public async Task<Account> EnrolAsync(string token, string login, bool hasKeys)
    {
        using var browser = Browser();
        var totp = await OpenInvitationAsync(browser, token);
        var account = new Account(login, totp, hasKeys) { Http = Browser() };
        var answer = await browser.PostAsJsonAsync("/api/desk/enrolment", account.Enrolment(token, Code(totp)));
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await SignInAsync(account)).StatusCode);
        account.Id = PersonId.Parse((await account.Http.GetFromJsonAsync<JsonElement>("/api/desk/session")).GetProperty("person").GetProperty("id").GetString()!, null);
        return account;
    }

    public static async Task<byte[]> OpenInvitationAsync(HttpClient browser, string token)
    {
        var answer = await browser.PostAsJsonAsync("/api/desk/enrolment/open", new { token });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return Base32((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("totp").GetString()!);
    }

    /// <summary>Signs in with the next unused code.</summary>
    public Task<HttpResponseMessage> SignInAsync(Account account, HttpClient? browser = null)
    {
        Clock.Advance(TimeSpan.FromSeconds(30));
        return (browser ?? account.Http).PostAsJsonAsync(
            "/api/desk/session", new { name = account.Login, password = account.Password, code = Code(account.Totp) });
    }

    public string Code(byte[] totp) => Totp.Code(totp, Totp.StepAt(Clock.GetUtcNow()));

    /// <summary>Signature lines of the first root holders over a proposed text.</summary>
    public IReadOnlyList<string> RootSignatures(string text, int count) =>
        [.. _rootKeys.Take(count).Select(k => SignedNote.FromText(text).Sign(k.Name, k.Key).Signatures[0].ToString())];

    /// <summary>Proposes, signs with as many root keys as it takes, and publishes.</summary>
    public async Task PublishDirectoryAsync(Account admin)
    {
        var text = await ProposeDirectoryAsync(admin);
        foreach (var line in RootSignatures(text, _rootKeys.Count))
        {
            var answer = await admin.Http.PostAsJsonAsync("/api/desk/directory/proposal/signatures", new { signature = line });
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            if ((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("missing").GetInt32() == 0)
                return;
        }
        Assert.Fail("The signatures did not suffice.");
    }

    public static async Task<string> ProposeDirectoryAsync(Account admin)
    {
        var answer = await admin.Http.PostAsJsonAsync("/api/desk/directory/proposal", new { });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("text").GetString()!;
    }

    /// <summary>A channel with the demo's documents.</summary>
    public static async Task<ChannelId> DraftChannelAsync(
        Account admin, IEnumerable<PersonId> readers, IEnumerable<PersonId>? approvers = null, IEnumerable<PersonId>? custodians = null,
        string name = "General", bool offersRecovery = false)
    {
        var id = ChannelId.From(Id128.FromBytes(RandomNumberGenerator.GetBytes(16)));
        var answer = await admin.Http.PutAsJsonAsync($"/api/desk/channels/drafts/{id}", await ChannelAsync(admin, id, readers, approvers, custodians, name, offersRecovery));
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        return id;
    }

    public static async Task<object> ChannelAsync(
        Account admin, ChannelId id, IEnumerable<PersonId> readers, IEnumerable<PersonId>? approvers = null, IEnumerable<PersonId>? custodians = null,
        string name = "General", bool offersRecovery = false) => new
        {
            id = id.ToString(),
            name = new Dictionary<string, string>(StringComparer.Ordinal) { ["en"] = name, ["de"] = "Allgemein" },
            entity = "Example AG",
            readers = readers.Select(r => r.ToString()),
            approvers = (approvers ?? []).Select(r => r.ToString()),
            custodians = (custodians ?? []).Select(r => r.ToString()),
            recovery = offersRecovery ? "offered" : "none",
            policy = "eu",
            questionnaire = await AddDocumentAsync(admin, "questionnaire-general.json"),
            texts = await AddDocumentAsync(admin, "texts-general.json"),
            taxonomy = await AddDocumentAsync(admin, "taxonomy-general.json"),
        };

    public static async Task<string> AddDocumentAsync(Account admin, string name)
    {
        var bytes = await File.ReadAllBytesAsync(Path.Combine(Repository, "src", "Whistle.Server", "Demo", "documents", name));
        using var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new("application/json");
        var answer = await admin.Http.PostAsync("/api/desk/documents", content);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("hash").GetString()!;
    }

    public static string Repository
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder!.FullName, "Whistle.sln")))
                folder = folder.Parent;
            return folder.FullName;
        }
    }

    private static byte[] Base32(string text)
    {
        var bits = string.Concat(text.Select(c => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2))];
    }

    /// <summary>Somebody who enrolled: what their device and their head hold.</summary>
    internal sealed class Account
    {
        public Account(string login, byte[] totp, bool hasKeys)
        {
            (Login, Totp) = (login, totp);
            Password = StrictBase64Url.Encode(RandomNumberGenerator.GetBytes(32));
            if (!hasKeys)
                return;
            Signing = SigningKey.FromSeed(RandomNumberGenerator.GetBytes(32));
            Identity = HybridIdentity.FromSeed(RandomNumberGenerator.GetBytes(32));
        }

        /// <summary>The same person at another browser.</summary>
        public Account(Account other) =>
            (Id, Login, Password, Totp, Signing, Identity) = (other.Id, other.Login, other.Password, other.Totp, other.Signing, other.Identity);

        public PersonId Id { get; set; }

        public string Login { get; }

        public string Password { get; }

        public byte[] Totp { get; }

        public SigningKey? Signing { get; }

        public HybridIdentity? Identity { get; }

        public required HttpClient Http { get; init; }

        /// <summary>The body of an enrolment with a sound proof.</summary>
        public Dictionary<string, string> Enrolment(string token, string code)
        {
            var body = new Dictionary<string, string>(StringComparer.Ordinal) { ["token"] = token, ["login"] = Login, ["password"] = Password, ["code"] = code };
            if (Signing is null || Identity is null)
                return body;
            body["identity"] = StrictBase64Url.Encode(new byte[WireLengths.UnlockedIdentityFile]);
            body["recipient"] = Identity.Recipient.ToString();
            body["signing"] = Signing.Public.ToString();
            body["proof"] = StrictBase64Url.Encode(Signing.Sign(
                PossessionProofs.Enrolment(Origin, token, Identity.Recipient.Bytes.Span, Signing.Public)));
            return body;
        }
    }
}

internal static class AnswerWords
{
    /// <summary>The stable code of a problem.</summary>
    public static async Task<string?> CodeAsync(this HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("code").GetString();

    /// <summary>Status, headers but Date, and body, as one text: for tests that two answers are alike.</summary>
    public static async Task<string> WholeAsync(this HttpResponseMessage answer)
    {
        var text = new StringBuilder().Append((int)answer.StatusCode).Append('\n');
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).OrderBy(h => h.Key, StringComparer.Ordinal))
        {
            if (!string.Equals(name, "Date", StringComparison.Ordinal))
                text.Append(name).Append(": ").AppendJoin(", ", values).Append('\n');
        }
        // Server-sent events have no end.
        return answer.Content.Headers.ContentType?.MediaType is "text/event-stream" ? text.ToString() : text.Append(await answer.Content.ReadAsStringAsync()).ToString();
    }
}
