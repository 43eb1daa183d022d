namespace Whistle.Server.Hosting;

internal enum Verb
{
    Serve,
    Migrate,
    NewLogKey,
    DropLogKey,
}

/// <summary>
/// <c>whistle-server [serve|migrate|new-log-key|drop-log-key] [--demo] [--data DIR] [--urls URL]</c>, and any setting as <c>--Whistle:Name=value</c>.
/// </summary>
internal sealed record CommandLine(Verb Verb, string[] Settings, string? Problem)
{
    public static CommandLine Parse(IReadOnlyList<string> args)
    {
        var verb = Verb.Serve;
        var settings = new List<string>();
        var rest = new Queue<string>(args);
        if (rest.TryPeek(out var first) && !first.StartsWith('-'))
        {
            _ = rest.Dequeue();
            switch (first)
            {
                case "serve":
                    break;
                case "migrate":
                    verb = Verb.Migrate;
                    break;
                case "new-log-key":
                    verb = Verb.NewLogKey;
                    break;
                case "drop-log-key":
                    verb = Verb.DropLogKey;
                    break;
                default:
                    return new(verb, [], $"There is no verb \"{first}\". Verbs: serve, migrate, new-log-key, drop-log-key.");
            }
        }
        while (rest.TryDequeue(out var arg))
        {
            switch (arg)
            {
                case "--demo":
                    settings.Add("--Whistle:Demo=true");
                    break;
                case "--data" when rest.TryDequeue(out var data):
                    settings.Add("--Whistle:Data=" + data);
                    break;
                case "--urls" when rest.TryDequeue(out var urls):
                    settings.Add("--urls=" + urls);
                    break;
                case "--data" or "--urls":
                    return new(verb, [], $"{arg} needs a value.");
                default:
                    settings.Add(arg);
                    break;
            }
        }
        return new(verb, [.. settings], null);
    }
}
