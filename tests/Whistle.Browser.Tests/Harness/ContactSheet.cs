using System.Net;
using System.Text;

namespace Whistle.Browser.Tests.Harness;

/// <summary>
/// The pictures of a run under <c>tests/artifacts/screenshots</c>, and sheets of their thumbnails, one for
/// each width, as <c>tests/artifacts/contact-sheet-WIDTH.html</c>: pages, for hundreds of pictures make one that no
/// browser draws at once.
/// </summary>
internal static class ContactSheet
{
    public static string Folder { get; } = Path.Combine(Repository.Artifacts, "screenshots");

    /// <summary>Removes the pictures of earlier runs, so that a sheet never shows a page that is no more.</summary>
    public static void Clear()
    {
        Directory.CreateDirectory(Folder);
        foreach (var picture in Directory.EnumerateFiles(Folder, "*.png"))
            File.Delete(picture);
    }

    public static async Task MakeAsync()
    {
        var pictures = Directory.EnumerateFiles(Folder, "*.png").Select(Path.GetFileNameWithoutExtension).OfType<string>();
        foreach (var width in pictures.Select(p => (Name: p, Parts: p.Split('-'))).Where(p => p.Parts.Length >= 4)
            .GroupBy(p => p.Parts[^3], p => p.Name, StringComparer.Ordinal))
        {
            var html = new StringBuilder("<!doctype html><meta charset=utf-8><style>body{font:12px sans-serif;margin:16px;background:#ccc;"
                + "display:grid;grid-template-columns:repeat(6,1fr);gap:12px;align-items:start}figure{margin:0}img{width:100%;"
                + "border:1px solid #000}</style>");
            foreach (var name in width.Order(StringComparer.Ordinal))
            {
                html.Append("<figure><figcaption>").Append(WebUtility.HtmlEncode(name)).Append("</figcaption><img loading=lazy src='screenshots/")
                    .Append(Uri.EscapeDataString(name)).Append(".png'></figure>");
            }
            await File.WriteAllTextAsync(Path.Combine(Repository.Artifacts, $"contact-sheet-{width.Key}.html"), html.ToString());
        }
    }
}
