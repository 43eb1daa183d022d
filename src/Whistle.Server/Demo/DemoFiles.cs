namespace Whistle.Server.Demo;

/// <summary>The files of the demo, which travel inside the assembly.</summary>
internal static class DemoFiles
{
    private const string Folder = "Demo/";

    public static byte[] Cases => Read("cases.json");

    /// <summary>A document by its name without ending, for instance <c>taxonomy-use</c>.</summary>
    public static byte[] Document(string name) => Read($"documents/{name}.json");

    private static byte[] Read(string name)
    {
        using var file = typeof(DemoFiles).Assembly.GetManifestResourceStream(Folder + name)
            ?? throw new InvalidOperationException($"The assembly lacks {Folder}{name}.");
        using var bytes = new MemoryStream();
        file.CopyTo(bytes);
        return bytes.ToArray();
    }
}
