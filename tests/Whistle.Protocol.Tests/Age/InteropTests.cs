using System.Text;
using Whistle.Protocol.Age;

namespace Whistle.Protocol.Tests.Age;

/// <summary>What we write, others read, and the other way round: Debian's age (Go), and age-encryption by node.</summary>
public sealed class InteropTests
{
    /// <summary>Empty, short, around one chunk, and three chunks with a rest.</summary>
    private static readonly int[] Lengths = [0, 1, 65535, 65536, 65537, 200_000];

    private const string Passphrase = "correct horse Batterie ähnlich";

    private readonly Randomness _randomness = Randomness.FromSeed(new byte[32]);

    [Fact]
    public void Age_opens_what_we_encrypt_to_X25519()
    {
        using var identity = X25519Identity.Generate(_randomness);
        using var other = X25519Identity.Generate(_randomness);
        using var keyFile = new KeyFile(identity.ExportString());
        foreach (var plaintext in Plaintexts())
        {
            var file = AgeFile.Encrypt(plaintext, [other.Recipient, identity.Recipient], _randomness);
            Assert.Equal(plaintext, OtherPrograms.Age("age", ["-d", "-i", keyFile.Path], file));
            Assert.Equal(plaintext, OtherPrograms.Age("age", ["-d", "-i", keyFile.Path], AgeArmor.Encode(file)));
        }
    }

    [Fact]
    public void We_open_what_age_encrypts_to_X25519()
    {
        using var identity = X25519Identity.Generate(_randomness);
        foreach (var plaintext in Plaintexts())
        {
            var file = OtherPrograms.Age("age", ["-r", identity.Recipient.ToString()], plaintext);
            Assert.Equal(plaintext, AgeFile.Decrypt(file, identity).Value);
            var armored = OtherPrograms.Age("age", ["-a", "-r", identity.Recipient.ToString()], plaintext);
            Assert.Equal(plaintext, AgeFile.Decrypt(AgeArmor.Decode(armored).Value, identity).Value);
        }
    }

    [Fact]
    public void Age_keygen_derives_the_same_recipient()
    {
        using var identity = X25519Identity.Generate(_randomness);
        var recipient = OtherPrograms.Age("age-keygen", ["-y"], Encoding.ASCII.GetBytes(identity.ExportString() + "\n"));
        Assert.Equal(identity.Recipient.ToString() + "\n", Encoding.ASCII.GetString(recipient));
    }

    [Fact]
    public void Age_encryption_opens_what_we_encrypt_to_hybrid_recipients()
    {
        using var identity = HybridIdentity.Generate(_randomness);
        using var other = HybridIdentity.Generate(_randomness);
        var plaintexts = Plaintexts();
        var orders = plaintexts.Select(plaintext => new
        {
            @do = "decrypt",
            identity = identity.ExportString(),
            file = AgeFile.Encrypt(plaintext, [other.Recipient, identity.Recipient], _randomness),
        });
        Assert.Equal(plaintexts, OtherPrograms.Node([.. orders]).Select(Convert.FromBase64String));
    }

    [Fact]
    public void We_open_what_age_encryption_encrypts_to_hybrid_recipients()
    {
        using var identity = HybridIdentity.Generate(_randomness);
        using var other = HybridIdentity.Generate(_randomness);
        string[] recipients = [other.Recipient.ToString(), identity.Recipient.ToString()];
        var plaintexts = Plaintexts();
        var files = OtherPrograms.Node([.. plaintexts.Select(plaintext => new { @do = "encrypt", recipients, plaintext })]);
        Assert.Equal(plaintexts, files.Select(file => AgeFile.Decrypt(Convert.FromBase64String(file), identity).Value));
    }

    [Fact]
    public void Passphrases_open_both_ways()
    {
        var plaintext = "on paper"u8.ToArray();
        using var recipient = new ScryptRecipient(Passphrase, workFactor: 10);
        using var identity = new ScryptIdentity(Passphrase);
        var answers = OtherPrograms.Node(
            new { @do = "decrypt", passphrase = Passphrase, file = AgeFile.Encrypt(plaintext, [recipient], _randomness) },
            new { @do = "encrypt", passphrase = Passphrase, plaintext });

        Assert.Equal(plaintext, Convert.FromBase64String(answers[0]));
        Assert.Equal(plaintext, AgeFile.Decrypt(Convert.FromBase64String(answers[1]), identity).Value);
    }

    [Fact]
    public void Recipients_encapsulations_and_armor_are_the_same_bytes_in_both_implementations()
    {
        using var identity = HybridIdentity.Generate(_randomness);
        using var classical = X25519Identity.Generate(_randomness);
        var seed = _randomness.Bytes(64);
        var stanza = identity.Recipient.Wrap(new byte[16], new Fixed(seed));
        var file = _randomness.Bytes(1000);
        var answers = OtherPrograms.Node(
            new { @do = "recipient", identity = identity.ExportString() },
            new { @do = "recipient", identity = classical.ExportString() },
            new { @do = "encapsulate", key = identity.Recipient.Bytes.ToArray(), seed },
            new { @do = "dearmor", armored = Encoding.ASCII.GetString(AgeArmor.Encode(file)) });

        Assert.Equal(identity.Recipient.ToString(), answers[0]);
        Assert.Equal(classical.Recipient.ToString(), answers[1]);
        Assert.Equal(answers[2].TrimEnd('='), stanza.Arguments[1]);
        Assert.Equal(file, Convert.FromBase64String(answers[3]));
    }

    private byte[][] Plaintexts() => [.. Lengths.Select(_randomness.Bytes)];

    private sealed class Fixed(byte[] bytes) : Randomness
    {
        public override void Fill(Span<byte> destination) => bytes.CopyTo(destination);
    }

    /// <summary>A key file that only this user can read and that lasts as long as the test.</summary>
    private sealed class KeyFile : IDisposable
    {
        public KeyFile(string secret) => File.WriteAllText(Path, secret + "\n");

        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }
}
