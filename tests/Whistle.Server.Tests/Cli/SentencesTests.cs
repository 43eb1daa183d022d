using System.Text.RegularExpressions;
using Whistle.Cli;

namespace Whistle.Server.Tests.Cli;

public sealed partial class SentencesTests
{
    /// <summary>A code that nobody explains leaves a person alone with a code.</summary>
    [Fact]
    public void Every_code_that_the_program_ends_with_has_a_sentence()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Whistle.sln")))
            folder = folder.Parent;
        var codes = Directory.GetFiles(Path.Combine(folder.FullName, "src", "Whistle.Cli"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(f => Thrown().Matches(File.ReadAllText(f)))
            .SelectMany(m => Code().Matches(m.Value)).Select(m => m.Groups["code"].Value)
            .Concat(Protocol).Distinct(StringComparer.Ordinal).ToList();
        Assert.True(codes.Count > 50, $"{codes.Count} codes");

        var silent = codes.Where(c => string.Equals(Sentences.Of(c), Sentences.Of("no-such-code"), StringComparison.Ordinal));

        Assert.Empty(silent);
    }

    /// <summary>Codes that come from the protocol and from the server's source side.</summary>
    private static readonly string[] Protocol =
    [
        "directory-malformed", "directory-root-mismatch", "directory-under-signed", "directory-rolled-back", "directory-expired",
        "directory-origin", "no-directory", "document-malformed", "promise-malformed", "promise-unsigned", "state-damaged", "state-malformed",
        "seal-malformed", "seal-not-for-you", "seal-damaged", "case-key-malformed", "message-too-long", "sheet-too-long", "state-too-long",
        "attachments-too-many", "attachments-too-large", "no-readers", "too-many-left-out", "no-custodians", "identity-too-long", "words-unknown", "words-not-on-list", "words-count", "words-checksum",
        "session-over", "challenge-expired", "challenge-used", "challenge-invalid", "work-wrong", "directory-unknown", "directory-superseded", "origin-unknown", "mailbox-taken",
        "out-of-sequence", "message-differs", "upload-too-large", "upload-differs", "part-differs", "attachment-unknown", "http-500",
        "checkpoint-malformed", "checkpoint-origin", "checkpoint-unsigned", "proof-wrong",
    ];

    /// <summary>From a <c>Stop</c> to the end of its statement: codes may stand behind a condition.</summary>
    [GeneratedRegex(@"Stop\.?(Failed|Usage|Refused|NotVerified|NoNetwork)?\([^;]*", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Thrown();

    [GeneratedRegex("\"(?<code>[a-z]+(-[a-z]+)+)\"", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Code();
}
