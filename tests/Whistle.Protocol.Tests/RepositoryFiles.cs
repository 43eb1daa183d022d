namespace Whistle.Protocol.Tests;

/// <summary>Finds files of the repository from wherever the tests were built to.</summary>
internal static class RepositoryFiles
{
    private static readonly Lazy<string> Root = new(() =>
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Whistle.sln")))
                return folder.FullName;
        }
        throw new InvalidOperationException("The tests run outside the repository: no Whistle.sln above them.");
    });

    public static string PathOf(string path) => Path.Combine(Root.Value, path);
}
