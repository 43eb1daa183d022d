namespace Whistle.Browser.Tests.Job;

/// <summary>What the people of the job write, each found nowhere else in the world, so that finding one says something.</summary>
internal static class Sentinels
{
    public const string UserAgent = "Mozilla/5.0 (Sentinel-Browser-4417) Gecko/20100101 Firefox/128.0";
    public const string Title = "Altered torque readings quagmire-3301";
    /// <summary>What the summary will leave standing.</summary>
    public const string Harmless = "Torque readings of the large press were changed in March.";
    public const string Named = "Ulrike Sentinelmann";
    public const string Secret = "zebrafinch-7731";
    public const string Where = "Hall kumquat-8812";
    public const string FileName = "sentinel torque readings 9921.csv";
    public const string FileContent = "hour;before;after;marmoset-5512\n06:00;118;104\n";
    public const string Reply = "Thank you. We have received your report and look into it: ocelot-2204.";
    public const string Answer = "The old values are in the maintenance log, tapir-6650.";
    public const string Note = "Ask the maintenance team for the log, narwhal-1187.";
    public const string LetterFile = "photograph okapi-7093.txt";
    public const string LetterFileContent = "a second file, axolotl-3348\n";
    public const string Interviewee = "Wendelin Pangolin-6204";
    public const string Interview = "The shift changed them by order, capybara-1935.";
    public const string EvidenceFile = "maintenance log ibex-8416.csv";
    public const string EvidenceFileContent = "06:00;118, quokka-2760";
    public const string Question = "Who gave the order, wombat-4471?";
    public const string Option = "the head of the shift, puffin-9024";
    public const string Translation = "Die alten Werte stehen im Wartungsbuch, kakapo-3158.";
    public const string Closing = "The readings were put right and the order withdrawn, lemur-4471.";
    public const string HoldReason = "Proceedings 12 O 345/26, wombat-9038.";
    public const string FiledTitle = "A scaffold without a railing, dugong-5127";
    public const string FiledText = "The caller says that nobody secured it, okapia-6619.";
    public const string GivenName = "Isolde Wombatova-4481";
    public const string Contact = "numbat-3390@sentinel.example";
    public const string WhoIsIt = "A court asks for the witness, echidna-5127.";
    public const string PurgeReason = "It tells of somebody's surgery, binturong-7741.";
    public const string SummaryTitle = "Readings of a machine were changed";

    /// <summary>The e-mail address of whoever signs in under a name.</summary>
    public static string MailOf(string login) => $"{login}@sentinel-5581.example";

    public static string Report => $"{Harmless} {Named} ordered it: {Secret}.";

    /// <summary>All that must be on no wire and on no disk.</summary>
    public static string[] Content =>
        [Title, Named, Secret, Where, FileName, FileContent.Split('\n')[0], FileContent.Split('\n')[1], Reply, Answer, Note, LetterFile, LetterFileContent.Trim(), Interviewee, Interview, EvidenceFile, EvidenceFileContent, Question, Option, Translation, Closing, HoldReason, FiledTitle, FiledText, GivenName, Contact, WhoIsIt, PurgeReason];
}
