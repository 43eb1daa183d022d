using System.Globalization;
using System.Text.RegularExpressions;
using Whistle.Protocol.Age;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Directories;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Log;
using Whistle.Protocol.Summaries;
using Whistle.Protocol.Tips;

namespace Whistle.Protocol.Tests.Foundations;

public sealed partial class WireLengthTests
{
    private static readonly Team Team = Team.Default;

    /// <summary>Every bold number of SPEC.md, and what it is measured on.</summary>
    private static readonly Dictionary<int, Func<int>[]> Measured = new()
    {
        [2] = [() => Message.Stanzas, () => Stanzas(SealedMessage(1))],
        [8] = [() => IdentityEnvelope.Stanzas, () => Stanzas(IdentityEnvelope.SealNone(Random))],
        [9] = [() => IdentityRequest.Stanzas, () => Stanzas(SealedRequest(1)), () => Stanzas(SealedRequest(8))],
        [16] = [() => Id128.Length, () => new CaseId().ToBytes().Length, () => CaseKey.Stanzas, () => Stanzas(KeyFile)],
        [18] = [() => TipBundle.HeadLength - LengthPrefix.Length],
        [32] = [() => Hash32.Of([]).ToBytes().Length, () => Samples.CaseKey.Identity.ExportSeed().Length, () => Samples.CaseKey.Access.ExportSeed().Length],
        [56] = [() => Challenge.Issue(new byte[32], ChallengePurpose.Claim, new byte[16], 0).Length],
        [64] = [() => Samples.CaseKey.Access.Sign([]).Length, () => new ProofOfWork(new byte[56], 0).ToBytes().Length],
        [77] = [() => Samples.CaseKey.Identity.ExportString().Length],
        [78] = [() => WireLengths.CaseKeyPlaintext, () => AgeFile.Decrypt(KeyFile, Team.Lead.Identity).Value!.Length],
        [200] = [() => LogMirror.MaxLength, () => Longest(LogMirror.IsAddress, "https://m.example/"), () => Longest(IsPath, "/assets/")],
        [1000] = [() => SiteManifest.MaxFiles, () => Enumerable.Range(1, 1200).Last(IsSite)],
        [4000] = [() => ClosingText.MaxText, () => IdentityRequest.MaxTold],
        [1024] = [() => WireLengths.IdentityFilePlaintext, () => PublicEntry.MaxLength],
        [1216] = [() => Samples.CaseKey.Recipient.Bytes.Length],
        [2000] = [() => IdentityRequest.MaxReason],
        [2048] = [() => WireLengths.IdentityPlaintext],
        [2683] = [() => MemberKeys.Generate(Random).Seal(Team.Lead.Identity.Recipient, Random).Length, () => WireLengths.UnlockedIdentityFile],
        [3216] = [() => WireLengths.MessageOverhead],
        [4096] = [() => WireLengths.SheetPlaintext, () => WireLengths.StatePlaintext, () => SealedMessage(1).Length - 3216],
        [4136] = [() => Samples.State.Seal(Samples.Source, Random).Require().Length, () => WireLengths.StateFile],
        [5755] = [() => SealedSheet.Length, () => WireLengths.SheetFile],
        [8192] = [() => SealedMessage(5000).Length - 3216, () => WireLengths.GrantPlaintext, () => WireLengths.IdentityAnswerPlaintext],
        [9851] = [() => Grant.Seal(Samples.Grant.Sign(Team.Lead.Signing, default), Team.Reviewer.Identity.Recipient, Random).Require().Length, () => WireLengths.GrantFile, () => WireLengths.IdentityAnswerFile, () => SealedAnswer(Samples.IdentityAnswer).Length, () => SealedAnswer(Nothing).Length],
        [14606] = [() => IdentityEnvelope.SealNone(Random).Length, () => WireLengths.IdentityFile],
        [16384] = [() => SealedMessage(10000).Length - 3216, () => WireLengths.IdentityRequestPlaintext],
        [25092] = [() => KeyFile.Length, () => WireLengths.CaseKeyFile],
        [30499] = [() => SealedRequest(1).Length, () => SealedRequest(8).Length, () => WireLengths.IdentityRequestFile],
        [30847] = [() => StreamBlob.Decoy(Random).Length, () => StreamBlob.Join(KeyFile, SealedSheet).Length, () => WireLengths.Blob],
        [32768] = [() => SealedMessage(20000).Length - 3216],
        [65536] = [() => SealedMessage(40000).Length - 3216],
    };

    /// <summary>How long a text may become that begins like this.</summary>
    private static int Longest(Func<string, bool> isOne, string beginning) => Enumerable.Range(beginning.Length + 1, 400).Last(n => isOne(beginning.PadRight(n, 'a')));

    private static bool IsPath(string path) => IsRead([SiteFile.Of(path, [])]);

    private static bool IsSite(int files) => IsRead(Enumerable.Range(0, files).Select(i => SiteFile.Of($"/{i:d4}", [])));

    private static bool IsRead(IEnumerable<SiteFile> files)
    {
        try
        {
            return SiteManifest.ParseText(SiteManifest.Of(Hash32.Zero, 1, Team.Today, files).ToText()).IsOk;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static Randomness Random => Randomness.System;

    private static byte[] KeyFile => Samples.CaseKey.Seal([Team.Lead.Identity.Recipient], Random);

    private static byte[] SealedSheet =>
        Sheet.Seal(Samples.Sheet.Sign(Team.Lead.Signing, default), Samples.CaseKey.Recipient, Random).Require();

    [Fact]
    public void Every_bold_length_of_the_specification_is_measured()
    {
        var text = File.ReadAllText(RepositoryFiles.PathOf("src/Whistle.Protocol/SPEC.md"));
        var numbers = Bold().Matches(text)
            .Select(m => int.Parse(m.Groups["n"].Value, CultureInfo.InvariantCulture)).Distinct().Order().ToList();
        Assert.NotEmpty(numbers);
        Assert.Equal(Measured.Keys.Order(), numbers);
        foreach (var number in numbers)
        {
            foreach (var measure in Measured[number])
                Assert.Equal(number, measure());
        }
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 65536)]
    [InlineData(2, 65537)]
    [InlineData(16, 78)]
    public void An_age_file_has_the_length_of_the_formula(int stanzas, int plaintext)
    {
        var recipients = Enumerable.Range(0, stanzas)
            .Select(_ => (IAgeRecipient)HybridIdentity.Generate(Random).Recipient).ToList();
        Assert.Equal(WireLengths.AgeFile(stanzas, plaintext), AgeFile.Encrypt(new byte[plaintext], recipients, Random).Length);
    }

    /// <summary>Neither what is in it nor how many may read it shows in a file's length.</summary>
    [Fact]
    public void The_length_tells_neither_the_readers_nor_whether_it_is_a_decoy()
    {
        Assert.Equal(KeyFile.Length, Samples.CaseKey.Seal([], Random).Length);
        Assert.Equal(KeyFile.Length, Samples.CaseKey.Seal(
            [.. Enumerable.Range(0, 16).Select(_ => HybridIdentity.Generate(Random).Recipient)], Random).Length);
        Assert.Throws<ArgumentException>(() => Samples.CaseKey.Seal(
            [.. Enumerable.Range(0, 17).Select(_ => HybridIdentity.Generate(Random).Recipient)], Random));
        Assert.Equal(SealedMessage(1).Length, SealedMessage(2000).Length);
        Assert.True(WireLengths.IsMessageFile(SealedMessage(1).Length));
        Assert.False(WireLengths.IsMessageFile(SealedMessage(1).Length + 1));
    }

    private static byte[] SealedMessage(int length) => Message.Seal(
        (Samples.Reply with { Body = new MessageBody(MessageBody.Plain, new string('a', length), []) })
            .Sign(Team.Lead.Signing, default),
        Samples.CaseKey.Recipient, null, Random).Require();

    private static IdentityAnswer Nothing => Samples.IdentityAnswer with { Outcome = IdentityOutcome.None, Identity = null };

    private static byte[] SealedRequest(int custodians) => IdentityRequest.Seal(
        Samples.IdentityRequest.Sign(Team.Lead.Signing, default), [.. Enumerable.Repeat(Team.Custodian.Identity.Recipient, custodians)], Random).Require();

    private static byte[] SealedAnswer(IdentityAnswer answer) =>
        IdentityAnswer.Seal(answer.Sign(Team.Custodian.Signing, default), Samples.CaseKey.Recipient, Random).Require();

    private static int Stanzas(byte[] file) =>
        AgeHeader.TryParse(file, out var header) ? header.Stanzas.Count : -1;

    [GeneratedRegex(@"\*\*(?<n>[0-9]+)\*\*", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Bold();
}
