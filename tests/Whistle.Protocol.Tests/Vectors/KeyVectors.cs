using System.Text.Json.Nodes;
using Whistle.Protocol.Age;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Keys;
using static Whistle.Protocol.Tests.Vectors.VectorFilesTests;

namespace Whistle.Protocol.Tests.Vectors;

internal static class KeyVectors
{
    private const string Words = "abandon amount liar amount expire adjust cage candy arch gather drum buyer";

    public static JsonObject Receipts()
    {
        byte[][] entropies =
        [
            [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], new byte[16], [.. Enumerable.Repeat((byte)255, 16)],
            Team.Seed("receipt")[..16],
        ];
        string[] readings =
        [
            Words, Words.ToUpperInvariant() + " \r\n", Words.Replace(" ", ", ", StringComparison.Ordinal) + ".",
            "1. " + Words.Replace(" ", "\n2. ", StringComparison.Ordinal), "", "abandon", Words + " buyer",
            Words.Replace("liar", "lier", StringComparison.Ordinal),
            Words.Replace("liar", "lier", StringComparison.Ordinal).Replace("buyer", "b", StringComparison.Ordinal),
            Words.Replace("abandon amount", "amount abandon", StringComparison.Ordinal),
            "1) " + Words.Replace(" ", "\u060c (\u0662) ", StringComparison.Ordinal) + "!",
            Words.Replace("liar", "li4r", StringComparison.Ordinal).Replace("buyer", "b-uyer", StringComparison.Ordinal),
        ];
        return new JsonObject
        {
            ["description"] = "SPEC section 3: entropy, words, and everything that follows from them; and how typed words are read (code is empty where they are a receipt, unknown counts from 1).",
            ["receipts"] = List(entropies.Select(Derived)),
            ["readings"] = List(readings.Select(Read)),
        };
    }

    public static JsonObject Shares()
    {
        var randomness = Randomness.FromSeed(Team.Seed("shares"));
        using var identity = HybridIdentity.Generate(randomness);
        return new JsonObject
        {
            ["description"] = "The seed of a recovery identity in shares (SPEC 11.1): any threshold of them give it. lines are what holders keep, shares the same as y || x.",
            ["threshold"] = 2,
            ["seed"] = Convert.ToHexStringLower(identity.ExportSeed()),
            ["lines"] = new JsonArray([.. RecoveryShare.Split(identity, 2, 3, randomness).Select(s => (JsonNode)s.Export())]),
            ["shares"] = new JsonArray([.. SecretSharing.Split(identity.ExportSeed(), 2, 3, Again()).Select(s => (JsonNode)Convert.ToHexStringLower(s))]),
        };

        static Randomness Again()
        {
            var same = Randomness.FromSeed(Team.Seed("shares"));
            _ = same.Bytes(HybridIdentity.SeedLength);
            return same;
        }
    }

    public static JsonObject CaseIds() => new()
    {
        ["description"] = "SPEC sections 2 and 4: from a case seed to recipient, access key, case id and key fingerprint.",
        ["cases"] = List(new[] { new byte[32], Team.Seed("case") }.Select(seed =>
        {
            using var key = CaseKey.FromSeed(seed);
            return (JsonNode?)new JsonObject
            {
                ["seed"] = Hex(seed),
                ["identity"] = key.Identity.ExportString(),
                ["recipient"] = key.Recipient.ToString(),
                ["recipientBytes"] = B64(key.Recipient.Bytes.Span),
                ["accessSeed"] = Hex(key.Access.ExportSeed()),
                ["accessPublic"] = key.Access.Public.ToString(),
                ["case"] = key.Id.ToString(),
                ["keyFingerprint"] = ReaderRef.FingerprintOf(key.Recipient).ToString(),
            };
        })),
    };

    public static JsonObject UnlockDerivation()
    {
        var serverKey = Team.Seed("server");
        var serverSalt = Unlock.ServerSalt(serverKey, "haddad");
        var passphrase = Passphrase.Generate(Team.Random("passphrase"));
        using var unlock = Unlock.Derive(
            "  " + passphrase.ToUpperInvariant().Replace(" ", "\n ", StringComparison.Ordinal), Team.Origin, "haddad",
            serverSalt);
        return new JsonObject
        {
            ["description"] = "SPEC section 11: from passphrase, origin and login name to password and unlock identity. The passphrase is drawn from the stream of passphraseRandomness.",
            ["passphraseRandomness"] = Hex(Team.Seed("randomness passphrase")),
            ["passphrase"] = passphrase,
            ["origin"] = Team.Origin,
            ["login"] = "haddad",
            ["serverKey"] = Hex(serverKey),
            ["serverSalt"] = B64(serverSalt),
            ["salt"] = Hex(Unlock.Salt(Team.Origin, "haddad", serverSalt)),
            ["password"] = unlock.Password,
            ["unlockSeed"] = Hex(unlock.Identity.ExportSeed()),
            ["unlockRecipient"] = unlock.Identity.Recipient.ToString(),
        };
    }

    public static JsonObject RefusedKeys() => new()
    {
        ["description"] = "Ed25519 public keys (hex) of small order or in a spelling that is not canonical: verifiers refuse them (SPEC section 1).",
        ["keys"] = List(Tests.Keys.SigningKeyTests.BadKeys.Select(k => (JsonNode?)k.Data)),
    };

    private static JsonNode Derived(byte[] entropy)
    {
        using var receipt = Receipt.FromEntropy(entropy);
        using var keys = receipt.DeriveKeys();
        return new JsonObject
        {
            ["entropy"] = Hex(entropy),
            ["words"] = string.Join(' ', receipt.ToWords()),
            ["mailbox"] = keys.MailboxId.ToString(),
            ["mailboxSeed"] = Hex(keys.Mailbox.ExportSeed()),
            ["mailboxPublic"] = keys.Mailbox.Public.ToString(),
            ["signingSeed"] = Hex(keys.Signing.ExportSeed()),
            ["signingPublic"] = keys.Signing.Public.ToString(),
            ["replySeed"] = Hex(keys.Reply.ExportSeed()),
            ["replyRecipient"] = keys.Reply.Recipient.ToString(),
            ["stateKey"] = Hex(keys.StateKey),
            ["existenceBlind"] = Hex(keys.ExistenceBlind.Span),
            ["contentBlind"] = Hex(keys.ContentBlind.Span),
        };
    }

    private static JsonNode Read(string text)
    {
        var reading = Receipt.Read(text);
        return new JsonObject
        {
            ["text"] = text,
            ["code"] = reading.Code,
            ["unknown"] = List(reading.UnknownPositions.Select(p => (JsonNode?)p)),
        };
    }
}
