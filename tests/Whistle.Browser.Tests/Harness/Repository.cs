namespace Whistle.Browser.Tests.Harness;

/// <summary>Where things lie in the repository that these tests were built from.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Client => Path.Combine(Root, "src", "Whistle.Client");

    /// <summary>What tests leave behind to be looked at; not in git.</summary>
    public static string Artifacts => Path.Combine(Root, "tests", "artifacts");

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Whistle.sln")))
                return folder.FullName;
        }
        throw new InvalidOperationException($"No Whistle.sln above {AppContext.BaseDirectory}: run the tests inside the repository.");
    }
}
