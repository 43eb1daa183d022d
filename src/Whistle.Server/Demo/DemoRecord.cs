using Whistle.Protocol;

namespace Whistle.Server.Demo;

/// <summary>What somebody signs in with. In the demo this is no secret: it is printed.</summary>
/// <param name="Totp">The secret of the authenticator app, base32.</param>
internal sealed record DemoSignIn(string Login, string Name, string Role, string Passphrase, string Totp)
{
    public override string ToString() => $"DemoSignIn({Login})";
}

/// <summary>The twelve words of a source who lets everybody look over its shoulder.</summary>
internal sealed record DemoWords(string Title, string Words)
{
    public override string ToString() => "DemoWords(redacted)";
}

/// <summary>
/// <c>demo.json</c> in the data folder: that it is a demo, and what its people know. It is written before anything else,
/// so that a folder without it is never touched, and again when the demo is complete.
/// </summary>
/// <param name="Origin">What the demo was built for: passphrases hold at this origin alone.</param>
/// <param name="Built">The day on which it was completed; absent: it never was.</param>
/// <param name="Issued">The day of the current directory.</param>
/// <param name="RootKeySeed">The demo's only root key, which signs its directories.</param>
/// <param name="Build">The build of the server that made it: until the first release the database of another one may have other tables.</param>
/// <param name="RootPassphrase">Opens <c>root-key.age</c>, the same key as the desk takes it.</param>
internal sealed record DemoRecord(
    int V, string Origin, Day? Built = null, Day? Issued = null, string? Organisation = null, byte[]? RootKeySeed = null, string? RootPassphrase = null,
    IReadOnlyList<DemoSignIn>? SignIns = null, IReadOnlyList<DemoWords>? Words = null, string? Build = null)
{
    public const int CurrentVersion = 1;

    /// <summary>This build of the server.</summary>
    public static string ThisBuild { get; } = typeof(DemoRecord).Module.ModuleVersionId.ToString("N");

    public override string ToString() => "DemoRecord(redacted)";
}
