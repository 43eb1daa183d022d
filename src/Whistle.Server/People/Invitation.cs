using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Whistle.Protocol;

namespace Whistle.Server.People;

/// <summary>
/// Lets one person enrol once, for <see cref="Days"/> days. Made by an admin, ended by the enrolment, by a newer
/// invitation or by time. Only the token's hash is kept: who reads the database cannot enrol.
/// </summary>
internal sealed class Invitation
{
    public const int Days = 7;

    private Invitation()
    {
    }

    private Invitation(PersonId person, Hash32 token, long expires) => (Person, Token, Expires) = (person, token, expires);

    public PersonId Person { get; private set; }

    public Hash32 Token { get; private set; }

    /// <summary>Unix seconds.</summary>
    public long Expires { get; private set; }

    /// <summary>
    /// The TOTP secret shown at the last opening, protected. A new one at each opening: whoever opened the link before
    /// its owner did knows nothing that will be used.
    /// </summary>
    public byte[]? TotpSecret { get; private set; }

    /// <summary>A new invitation and its token, 32 random bytes in base64url.</summary>
    public static (Invitation Invitation, string Token) New(PersonId person, DateTimeOffset now)
    {
        var token = StrictBase64Url.Encode(RandomNumberGenerator.GetBytes(32));
        return (new Invitation(person, HashOf(token), now.AddDays(Days).ToUnixTimeSeconds()), token);
    }

    public static Hash32 HashOf(string token) => Hash32.Of(Encoding.UTF8.GetBytes(token));

    public void Opened(byte[] totpSecret) => TotpSecret = totpSecret;

    /// <summary>The earlier token ends.</summary>
    public void ReplaceBy(Invitation newer) => (Token, Expires, TotpSecret) = (newer.Token, newer.Expires, null);

    public override string ToString() => "invitation";
}

internal sealed class InvitationConfiguration : IEntityTypeConfiguration<Invitation>
{
    public void Configure(EntityTypeBuilder<Invitation> builder)
    {
        builder.ToTable("Invitations");
        builder.HasKey(i => i.Person);
        builder.HasIndex(i => i.Token).IsUnique();
    }
}
