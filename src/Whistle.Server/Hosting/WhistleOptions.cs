using System.ComponentModel.DataAnnotations;
using Whistle.Server.Log;
using Whistle.Server.Mail;

namespace Whistle.Server.Hosting;

/// <summary>Settings under <c>Whistle:</c>, checked when the server starts.</summary>
internal sealed class WhistleOptions
{
    public const string Section = "Whistle";
    public const string DefaultData = "data";

    /// <summary>
    /// The origins under which this server is reached; what devices sign is compared with these and never with the Host
    /// header. Default: <c>http://localhost:5080</c>.
    /// </summary>
    [MinLength(1)]
    public IList<string> Origins { get; set; } = [];

    /// <summary>The data folder. Default: <c>data</c> in the folder the operator stands in.</summary>
    [Required]
    public string Data { get; set; } = DefaultData;

    /// <summary>A demo: made-up people and cases, loopback only. Default: no.</summary>
    public bool Demo { get; set; }

    /// <summary>Seconds between two batches of the stream, 1 to 604 800. Default: 43 200 (twice a day).</summary>
    [Range(1, 604_800)]
    public int BatchSeconds { get; set; } = 43_200;

    /// <summary>Seconds between two moments at which an open desk hears whether its cases changed, 1 to 3600. Default: 15.</summary>
    [Range(1, 3600)]
    public int EventSeconds { get; set; } = 15;

    /// <summary>A batch has a multiple of this many blobs, 1 to 64. Default: 8.</summary>
    [Range(1, 64)]
    public int BatchMultiple { get; set; } = 8;

    /// <summary>
    /// The mean of the geometric noise added to every batch, in blobs, 1 to 1000. Default: 6. A demo, whose batches are
    /// seconds apart, has none: 0.
    /// </summary>
    [Range(0, 1000)]
    public int BatchNoise { get; set; } = 6;

    /// <summary>Days that a stream blob stays readable, the same for tips and decoys, 1 to 3650. Default: 180.</summary>
    [Range(1, 3650)]
    public int StreamDays { get; set; } = 180;

    /// <summary>Zero bits of the proof of work, the same for everyone, 0 to 30. Default: 16.</summary>
    [Range(0, 30)]
    public int ProofOfWorkBits { get; set; } = 16;

    /// <summary>Seconds of a mailbox session, 60 to 7200. Default: 1200.</summary>
    [Range(60, 7200)]
    public int MailboxSessionSeconds { get; set; } = 1200;

    /// <summary>Largest upload in ciphertext bytes. Default: 28 MiB, which holds 25 MB of files with their padding.</summary>
    [Range(1, 1L << 32)]
    public long LargestUpload { get; set; } = 28L << 20;

    /// <summary>Days after which an upload that no message took is deleted, 1 to 30. Default: 2.</summary>
    [Range(1, 30)]
    public int UploadDays { get; set; } = 2;

    /// <summary>
    /// Hours between the publication of a new or changed key and the first moment a source may seal to it, 0 to 720.
    /// Default: 72. The demo: 0.
    /// </summary>
    [Range(0, 720)]
    public int KeyDelayHours { get; set; } = 72;

    /// <summary>Days that a proposed directory with new keys may wait for its signatures, 0 to 14. Default: 2.</summary>
    [Range(0, 14)]
    public int SigningDays { get; set; } = 2;

    /// <summary>Seconds between two intervals of the log, 1 to 604 800. Default: 86 400 (a day).</summary>
    [Range(1, 604_800)]
    public int LogSeconds { get; set; } = 86_400;

    /// <summary>An interval adds a multiple of this many entries to the log, 1 to 4096. Default: 64.</summary>
    [Range(1, 4096)]
    public int LogMultiple { get; set; } = 64;

    /// <summary>
    /// The mean of the geometric noise added to every interval, in entries, 1 to 10 000. Default: 48. A demo, whose intervals
    /// are seconds apart, has none: 0.
    /// </summary>
    [Range(0, 10_000)]
    public int LogNoise { get; set; } = 48;

    /// <summary>The most promised entries that one interval takes, 1 to 1 000 000; the rest waits for the next. Default: 100 000.</summary>
    [Range(1, 1_000_000)]
    public int LogMost { get; set; } = 100_000;

    /// <summary>Witnesses that are asked to cosign the log, each <c>Key</c> and <c>Url</c>. Default: none.</summary>
    public IList<WitnessSetting> Witnesses { get; set; } = [];

    /// <summary>
    /// A file with the witness policy (C2SP tlog-policy) that the next directory carries for the root holders to sign. Its
    /// witnesses with an address are asked to cosign the log. Default: none.
    /// </summary>
    public string? WitnessPolicy { get; set; }

    /// <summary>
    /// Where somebody else keeps a copy of the log (<c>whistle mirror</c>), for the next directory to name; sources may compare
    /// the log with it, and the source's page may then connect there. Default: none.
    /// </summary>
    public string? Mirror { get; set; }

    /// <summary>
    /// A file with the list of the pages' files that root holders signed (<c>whistle site</c>). The server starts only where
    /// it serves exactly these. Default: none.
    /// </summary>
    public string? Site { get; set; }

    /// <summary>
    /// A time-stamping authority (RFC 3161) that is asked to stamp each checkpoint of the log. Default: none.
    /// </summary>
    public string? TimestampUrl { get; set; }

    /// <summary>Days within which a promised leaf is in the log, 1 to 30. Default: 2.</summary>
    [Range(1, 30)]
    public int InclusionDays { get; set; } = 2;

    /// <summary>The relay that takes mail. Default: none, and so no mail.</summary>
    public SmtpSetting Smtp { get; set; } = new();

    /// <summary>When whoever works on reports gets the mail of the morning. Default: at 7 in UTC, Monday to Friday.</summary>
    public MorningSetting MorningMail { get; set; } = new();

    /// <summary>The addresses of the root holders, who are written to before the directory expires. Default: none.</summary>
    public IList<string> RootHolderMail { get; set; } = [];

    /// <summary>What gets the morning's signal, without any content: https, or http on loopback. Default: none.</summary>
    public string? Webhook { get; set; }

    public bool HasWebhook => !string.IsNullOrEmpty(Webhook);
}
