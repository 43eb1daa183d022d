using Whistle.Protocol;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Keys;

namespace Whistle.Server.Demo;

/// <summary>One person of the demo with their browser, passphrase and authenticator app.</summary>
internal sealed class DemoMember : IDisposable
{
    private readonly DemoWorld _world;
    private readonly string _password;
    private Day? _signedIn;

    private DemoMember(DemoWorld world, DemoSignIn signIn, byte[] totp, string password, MemberKeys? keys)
    {
        (_world, SignIn, Totp, _password, Keys) = (world, signIn, totp, password, keys);
        Http = DemoHttp.OfDesk(world.Address);
    }

    public DemoSignIn SignIn { get; }

    public PersonId Id { get; private set; }

    /// <summary>Null for roles that open nothing.</summary>
    public MemberKeys? Keys { get; }

    /// <summary>For requests that need no session; else see <see cref="HttpAsync"/>.</summary>
    private DemoHttp Http { get; }

    private byte[] Totp { get; }

    private sealed record Opened(string Totp);

    private sealed record Salted(byte[] Salt);

    private sealed record Person(PersonId Id);

    private sealed record SignedIn(Person Person);

    /// <summary>Takes an invitation: a generated passphrase, new keys where the role has them, and a code of the app.</summary>
    public static async Task<DemoMember> EnrolAsync(DemoWorld world, DemoCases.Person person, string token, CancellationToken ct)
    {
        using var http = DemoHttp.OfDesk(world.Address);
        var opened = await http.PostAsync<Opened>("enrolment/open", new { token }, ct);
        var passphrase = Passphrase.Generate(Randomness.System);
        using var unlock = await UnlockAsync(world, http, person.Login, passphrase, ct);
        var keys = person.Role is "admin" or "auditor" ? null : MemberKeys.Generate(Randomness.System);
        var totp = Base32.Decode(opened.Totp);
        await http.PostAsync("enrolment", new
        {
            token,
            login = person.Login,
            password = unlock.Password,
            code = CodeAt(totp, world.Clock.GetUtcNow()),
            identity = keys?.Seal(unlock.Identity.Recipient, Randomness.System),
            recipient = keys?.Identity.Recipient.ToString(),
            signing = keys?.Signing.Public.Bytes.ToArray(),
            proof = keys?.Signing.Sign(PossessionProofs.Enrolment(
                world.Origin, token, keys.Identity.Recipient.Bytes.Span, keys.Signing.Public)),
        }, ct);
        return new DemoMember(
            world, new DemoSignIn(person.Login, person.Name, person.Role, passphrase, opened.Totp), totp, unlock.Password, keys);
    }

    /// <summary>Somebody who was enrolled when the demo was built and needs no keys.</summary>
    public static async Task<DemoMember> ReturnAsync(DemoWorld world, DemoSignIn signIn, CancellationToken ct)
    {
        using var http = DemoHttp.OfDesk(world.Address);
        using var unlock = await UnlockAsync(world, http, signIn.Login, signIn.Passphrase, ct);
        return new DemoMember(world, signIn, Base32.Decode(signIn.Totp), unlock.Password, keys: null);
    }

    /// <summary>The desk, signed in on this day.</summary>
    public async Task<DemoHttp> HttpAsync(CancellationToken ct)
    {
        if (_signedIn != _world.Today)
        {
            var answer = await Http.PostAsync<SignedIn>(
                "session", new { name = SignIn.Login, password = _password, code = CodeAt(Totp, _world.Clock.GetUtcNow()) }, ct);
            Id = answer.Person.Id;
            _signedIn = _world.Today;
        }
        return Http;
    }

    public void Dispose()
    {
        Http.Dispose();
        Keys?.Dispose();
    }

    public override string ToString() => "DemoMember(redacted)";

    private static async Task<Unlock> UnlockAsync(DemoWorld world, DemoHttp http, string login, string passphrase, CancellationToken ct)
    {
        var salt = (await http.PostAsync<Salted>("session/salt", new { name = login }, ct)).Salt;
        return await Task.Run(() => Unlock.Derive(passphrase, world.Origin, login, salt), ct);
    }

    private static string CodeAt(byte[] secret, DateTimeOffset now) => People.Totp.Code(secret, People.Totp.StepAt(now));
}

/// <summary>RFC 4648 section 6 without padding, the form in which authenticator apps take secrets.</summary>
internal static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static byte[] Decode(string text)
    {
        var bytes = new List<byte>(text.Length * 5 / 8);
        int buffer = 0, bits = 0;
        foreach (var letter in text)
        {
            var value = Alphabet.IndexOf(letter, StringComparison.Ordinal);
            if (value < 0)
                throw new FormatException("Not base32.");
            buffer = (buffer << 5) | value;
            bits += 5;
            if (bits < 8)
                continue;
            bits -= 8;
            bytes.Add((byte)(buffer >> bits));
            buffer &= (1 << bits) - 1;
        }
        return [.. bytes];
    }
}
