using System.Text;
using Whistle.Protocol.Age;
using Whistle.Protocol.Json;

namespace Whistle.Protocol.Cases;

/// <summary>
/// Who the source is, for custodians alone (SPEC section 5.6). Every tip has an envelope of the same size and number
/// of stanzas, so that nobody sees whether there is anything in it.
/// </summary>
public sealed record IdentityEnvelope(CaseId Case, string Name, string Contact)
{
    /// <summary>Stanzas in the envelope.</summary>
    public const int Stanzas = 8;

    /// <summary>UTF-8 bytes of a name, at most.</summary>
    public const int MaxName = 200;

    /// <summary>UTF-8 bytes of a contact, at most.</summary>
    public const int MaxContact = 500;

    /// <summary>Seals an identity to at most 8 custodians, or <c>identity-too-long</c>.</summary>
    public Parsed<byte[]> Seal(IReadOnlyList<HybridRecipient> custodians, Randomness randomness)
    {
        if (!Fits(Name, Contact))
            return new Refusal("identity-too-long");
        var json = new JcsObject { { "v", 1 }, { "case", Case }, { "name", Name }, { "contact", Contact } };
        return Sealing.Pad(Jcs.Serialize(json), WireLengths.IdentityPlaintext) is { } padded
            ? Sealing.Seal(padded, custodians, Stanzas, randomness)
            : new Refusal("identity-too-long");
    }

    /// <summary>The envelope of a source who stays anonymous: spaces that nobody can open.</summary>
    public static byte[] SealNone(Randomness randomness) =>
        Sealing.Seal(Sealing.Pad([], WireLengths.IdentityPlaintext), [], Stanzas, randomness);

    /// <summary>Opens an envelope as a custodian.</summary>
    public static Parsed<IdentityEnvelope> Open(ReadOnlySpan<byte> file, HybridIdentity custodian)
    {
        var json = Sealing.OpenObject(
            file, Stanzas, custodian, n => n == WireLengths.IdentityPlaintext, "identity-malformed");
        if (!json.IsOk)
            return new Refusal(json.Code);
        var form = new FormReader(json.Value);
        form.Version();
        var identity = new IdentityEnvelope(form.Id<CaseId>("case"), form.Text("name"), form.Text("contact"));
        return form.IsDone && Fits(identity.Name, identity.Contact) ? identity : new Refusal("identity-malformed");
    }

    /// <summary>Never the name.</summary>
    public override string ToString() => "IdentityEnvelope(redacted)";

    internal static bool Fits(string name, string contact) =>
        Encoding.UTF8.GetByteCount(name) <= MaxName && Encoding.UTF8.GetByteCount(contact) <= MaxContact;
}
