using Whistle.Protocol.Keys;

namespace Whistle.Protocol.Tests.Keys;

public sealed class UnlockTests
{
    [Fact]
    public void A_passphrase_opens_the_members_keys_however_it_is_typed()
    {
        var passphrase = Passphrase.Generate(Randomness.System);
        Assert.Equal(Passphrase.WordCount, passphrase.Split(' ').Length);
        var salt = Unlock.ServerSalt(new byte[32], "haddad");
        using var first = Unlock.Derive(passphrase, Team.Origin, "haddad", salt);
        using var member = MemberKeys.Generate(Randomness.System);
        var file = member.Seal(first.Identity.Recipient, Randomness.System);

        using var again = Unlock.Derive("\n" + passphrase.ToUpperInvariant().Replace(" ", "  ", StringComparison.Ordinal), Team.Origin, "haddad", salt);
        Assert.Equal(first.Password, again.Password);
        using var opened = MemberKeys.Open(file, again.Identity).Require();
        Assert.Equal(member.Signing.Public, opened.Signing.Public);
        Assert.Equal(member.Identity.Recipient, opened.Identity.Recipient);

        using var elsewhere = Unlock.Derive(passphrase, "https://elsewhere.example", "haddad", salt);
        Assert.NotEqual(first.Password, elsewhere.Password);
        Assert.Equal("seal-not-for-you", MemberKeys.Open(file, elsewhere.Identity).Code);
    }

    [Theory]
    [InlineData(" Haddad ", "haddad")]
    [InlineData("a.b_c@d+e-f9", "a.b_c@d+e-f9")]
    [InlineData("", null)]
    [InlineData("häddad", null)]
    [InlineData("two words", null)]
    [InlineData(null, null)]
    public void A_login_name_has_one_spelling(string? typed, string? normal) =>
        Assert.Equal(normal, Unlock.NormalizeLogin(typed));
}
