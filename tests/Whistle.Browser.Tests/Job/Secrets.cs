using System.Buffers;
using System.Text;
using System.Text.Json;
using Whistle.Browser.Tests.Harness;
using Whistle.Protocol.Age;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Keys;

namespace Whistle.Browser.Tests.Job;

/// <summary>
/// Every secret that stood in one of the job's browsers, worked out again from what people wrote down: what no wire and no
/// disk may hold.
/// </summary>
internal static class Secrets
{
    /// <summary>A secret with a name for the message of a failed test, and the shapes it could take.</summary>
    internal sealed record Secret(string Name, IReadOnlyList<byte[]> Shapes)
    {
        public override string ToString() => Name;
    }

    /// <summary>Looks for all of them in one pass.</summary>
    internal sealed class Search(IEnumerable<Secret> secrets)
    {
        private readonly List<(string Shape, Secret Secret)> _shapes =
            [.. secrets.SelectMany(s => s.Shapes.Select(shape => (Encoding.Latin1.GetString(shape), s)))];

        private SearchValues<string>? _any;

        public IReadOnlyList<Secret> In(byte[] bytes)
        {
            _any ??= SearchValues.Create([.. _shapes.Select(s => s.Shape)], StringComparison.Ordinal);
            var text = Encoding.Latin1.GetString(bytes);
            return text.AsSpan().IndexOfAny(_any) < 0
                ? []
                : [.. _shapes.Where(s => text.Contains(s.Shape, StringComparison.Ordinal)).Select(s => s.Secret).Distinct()];
        }
    }

    public static Secret Of(string text) => new($"“{text}”", [.. Needles.Of(text)]);

    /// <summary>Any three of the words that follow each other, joined as people and programs join words.</summary>
    public static IEnumerable<Secret> Words(string[] words)
    {
        for (var i = 0; i + 3 <= words.Length; i++)
        {
            foreach (var joint in new[] { " ", "", ",", "\n", "-", "\",\"", "+", "%20" })
                yield return Of(string.Join(joint, words[i..(i + 3)]));
        }
    }

    /// <summary>Keys of the receipt, of everyone who enrolled, of the case, and of the root.</summary>
    public static async Task<IReadOnlyList<Secret>> KeysAsync(World world, TheJob job)
    {
        var secrets = new List<Secret>();
        void Add(string name, byte[] bytes) => secrets.Add(new(name, [.. Needles.Of(bytes)]));

        using var receipt = Receipt.Read(string.Join(' ', job.Words)).Receipt!;
        using var source = receipt.DeriveKeys();
        Add("the receipt's entropy", receipt.ExportEntropy());
        Add("the mailbox key", source.Mailbox.ExportSeed());
        Add("the source's signing key", source.Signing.ExportSeed());
        Add("the reply key", source.Reply.ExportSeed());
        Add("the content blind", source.ContentBlind.ToArray());
        Add("the existence blind", source.ExistenceBlind.ToArray());

        var tip = TipBody.Parse(world.Proxy.Requests.First(r => r.Url is "/api/source/tips").Body).Require();
        foreach (var person in world.Everyone.Where(p => p != world.Admin))
        {
            using var keys = await MemberKeysAsync(world, person);
            Add($"the identity of {person.Name}", keys.Identity.ExportSeed());
            Add($"the signing key of {person.Name}", keys.Signing.ExportSeed());
            if (CaseKey.Open(tip.KeyBlob.Span, keys.Identity) is { IsOk: true } opened)
            {
                using var key = opened.Value;
                Add("the case key", key.Identity.ExportSeed());
                Add("the case access key", key.Access.ExportSeed());
            }
        }

        using var unlock = new ScryptIdentity(world.RootKeyFile.Passphrase);
        var root = Encoding.ASCII.GetString(AgeFile.Decrypt(world.RootKeyFile.File, unlock).Value!).Trim();
        // PRIVATE+KEY+name+hash+key (C2SP signed-note): the key's Base64 may hold a plus of its own.
        Add("the root key", Convert.FromBase64String(root.Split('+', 5)[4])[1..]);
        secrets.Add(Of(root));
        secrets.Add(Of(world.RootKeyFile.Passphrase));
        secrets.Add(new("any age identity", [.. new[] { "AGE-SECRET-KEY", "age-secret-key" }.SelectMany(Needles.Of)]));
        secrets.Add(new("any root key", [.. Needles.Of("PRIVATE+KEY")]));
        foreach (var person in world.Everyone)
        {
            secrets.Add(Of(person.Passphrase));
            secrets.AddRange(Words(person.Passphrase.Split(' ')));
        }
        return secrets;
    }

    /// <summary>Opens a person's key file, as it crossed the wire, from the passphrase on their paper.</summary>
    private static async Task<MemberKeys> MemberKeysAsync(World world, DeskPerson person)
    {
        var answer = await person.Visitor.Context.APIRequest.PostAsync(
            "/api/desk/session/salt", new() { DataObject = new { name = person.Login }, Headers = [new("X-Whistle", "desk")] });
        using var unlock = Unlock.Derive(
            person.Passphrase, world.Proxy.Origin.GetLeftPart(UriPartial.Authority), person.Login,
            Decode((await answer.JsonAsync())!.Value.GetProperty("salt")));
        var enrolment = world.Proxy.Requests.Where(r => r.Url is "/api/desk/enrolment")
            .Select(r => JsonDocument.Parse(r.Body).RootElement)
            .Last(r => string.Equals(r.GetProperty("login").GetString(), person.Login, StringComparison.Ordinal));
        return MemberKeys.Open(Decode(enrolment.GetProperty("identity")), unlock.Identity).Require();
    }

    private static byte[] Decode(JsonElement text) =>
        StrictBase64Url.TryDecode(text.GetString(), out var bytes) ? bytes : throw new InvalidDataException("Not base64url.");
}
