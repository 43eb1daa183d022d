namespace Whistle.Browser.Tests.Harness;

/// <summary>How a page is looked at. A width of 390, 820 or 1440 stands for a phone, a tablet and a laptop.</summary>
/// <param name="Language">A language tag that the browser asks for, for instance <c>ar</c>.</param>
public sealed record View(int Width, int Height, string Language = "en", bool Dark = false, bool ReducedMotion = true)
{
    public static View Phone { get; } = new(390, 844);

    public static View Tablet { get; } = new(820, 1180);

    public static View Laptop { get; } = new(1440, 900);

    public string Scheme => Dark ? "dark" : "light";

    /// <summary>Every width, in each of the languages, light and dark: what a contact sheet shows.</summary>
    public static IEnumerable<View> All(params string[] languages) =>
        from size in new[] { Phone, Tablet, Laptop }
        from language in languages
        from dark in new[] { false, true }
        select size with { Language = language, Dark = dark };

    public override string ToString() => $"{Width}-{Language}-{Scheme}";
}
